using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One row at an address.</summary>
internal sealed record AddressRow(byte[] Id, byte[] Json)
{
    /// <summary>The event itself.</summary>
    public NostrEvent Read() => new StoredEvent(0, EventId.FromBytes(Id), Json).Read();
}

/// <summary>Served and held events by their address: each author is found by his own entries of the index, however many others share the identifier.</summary>
internal sealed class AddressRows(SqliteConnection connection, DateTimeOffset now)
{
    private const string Where =
        " WHERE author IN (SELECT unhex(value) FROM json_each(@authors)) AND kind IN (SELECT value FROM json_each(@kinds)) AND identifier = @identifier";

    private const string Unexpired = " AND event.sequence NOT IN (SELECT sequence FROM expiring WHERE expires_at <= @now)";

    // CROSS JOIN keeps the order of the two tables: by the identifier's tag, not through all events of the kind.
    private const string ServedAuthors =
        "SELECT DISTINCT event.author FROM tag CROSS JOIN event ON event.sequence = tag.sequence"
        + " WHERE tag.name = 'd' AND tag.value = @identifier AND tag.kind = @kind AND event.identifier = @identifier" + Unexpired + " ORDER BY event.author";

    /// <summary>What stands there.</summary>
    public AddressedEvents At(AddressedQuery query)
    {
        var wanted = new
        {
            authors = JsonList.Of(query.Authors.Select(Blob.Of)),
            kinds = JsonList.Of(query.Kinds.Select(kind => (object)kind)),
            identifier = Blob.Of(query.Identifier),
            now = now.ToUnixTimeSeconds(),
        };
        var room = query.MostBytes;
        var served = Read(connection.Query<AddressRow>("SELECT id AS Id, json AS Json FROM event INDEXED BY event_by_address" + Where + Unexpired, wanted, buffered: false), ref room);
        var held = Read(connection.Query<AddressRow>("SELECT id AS Id, json AS Json FROM held INDEXED BY held_by_address" + Where, wanted, buffered: false), ref room);
        return new AddressedEvents(served, [.. held.Where(waiting => !waiting.IsExpiredAt(now))]);
    }

    /// <summary>Whose events of a kind there are under an identifier.</summary>
    public IdentifierAuthors Authors(string identifier, int kind)
    {
        var wanted = new { identifier = Blob.Of(identifier), kind, now = now.ToUnixTimeSeconds() };
        var held = connection.Query<byte[]>("SELECT author FROM held WHERE topic = @identifier AND kind = @kind GROUP BY author ORDER BY MIN(created_at), author", wanted);
        return new IdentifierAuthors([.. connection.Query<byte[]>(ServedAuthors, wanted).Select(Key)], [.. held.Select(Key)]);
    }

    private static PublicKey Key(byte[] bytes) => PublicKey.FromBytes(bytes);

    private static List<NostrEvent> Read(IEnumerable<AddressRow> rows, ref long room)
    {
        var events = new List<NostrEvent>();
        foreach (var row in rows)
        {
            room -= row.Json.Length;
            if (room < 0)
            {
                break;
            }

            events.Add(row.Read());
        }

        return events;
    }
}
