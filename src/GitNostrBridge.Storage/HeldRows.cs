using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One row of held events.</summary>
internal sealed record HeldRow(byte[] Id, byte[] Topic, long ReplacesOlder, long HeldSince, long Deadline, byte[] Json)
{
    /// <summary>Its id.</summary>
    public EventId EventId => EventId.FromBytes(Id);

    /// <summary>What waits.</summary>
    public HeldEvent Read() => new(
        new StoredEvent(0, EventId, Json).Read(),
        Encoding.UTF8.GetString(Topic),
        ReplacesOlder != 0,
        new DateTimeOffset(HeldSince, TimeSpan.Zero),
        new DateTimeOffset(Deadline, TimeSpan.Zero));
}

/// <summary>How much waits of a kind.</summary>
internal sealed record HeldKindRow(long Kind, long Count, long Oldest);

/// <summary>The held events.</summary>
internal sealed class HeldRows(SqliteConnection connection)
{
    private const string Select =
        "SELECT id AS Id, topic AS Topic, replaces_older AS ReplacesOlder, held_since AS HeldSince, deadline AS Deadline, json AS Json FROM held ";

    /// <summary>The held event of that id, or null.</summary>
    public HeldRow? Find(EventId id) =>
        connection.QuerySingleOrDefault<HeldRow>(Select + "WHERE id = @id", new { id = Blob.Of(id) });

    /// <summary>All that waits at an address.</summary>
    public IReadOnlyList<HeldEvent> At(EventAddress? address) => address is null ? [] : Read(connection.Query<HeldRow>(
        Select + "WHERE author = @author AND kind = @kind AND identifier = @identifier",
        new { author = Blob.Of(address.Author), kind = address.Kind, identifier = Blob.Of(address.Identifier) }));

    /// <summary>A part of what waits under a topic, in the order of its beginning.</summary>
    /// <remarks>Events are chosen by their small keys first, so that sorting carries no JSON.</remarks>
    public HeldPart Part(HeldQuery query, DateTimeOffset now)
    {
        var places = new HeldPlaces(connection).Of(query);
        var events = new List<HeldEvent>();
        var room = query.Bounds.Bytes;
        for (var index = 0; index < places.Count; index++)
        {
            var row = Find(places[index].Id)!;
            room -= row.Json.Length;
            if (room < 0 && events.Count > 0)
            {
                return new HeldPart(events, places[index - 1]);
            }

            if (row.Read() is var held && !held.Event.IsExpiredAt(now))
            {
                events.Add(held);
            }
        }

        return new HeldPart(events, places.Count > 0 && places.Count >= query.Bounds.Events ? places[^1] : null);
    }

    /// <summary>All that waits of an author.</summary>
    public IReadOnlyList<HeldEvent> By(PublicKey author) =>
        Read(connection.Query<HeldRow>(Select + "WHERE author = @author", new { author = Blob.Of(author) }));

    /// <summary>What has reached its deadline, the most overdue first.</summary>
    public IReadOnlyList<HeldEvent> Expired(DateTimeOffset now, int most) => Read(connection.Query<HeldRow>(
        Select + "WHERE deadline <= @now ORDER BY deadline LIMIT @most",
        new { now = now.UtcTicks, most = Math.Max(most, 0) }));

    /// <summary>The topics under which something waits.</summary>
    public IReadOnlyList<string> Topics() =>
        [.. connection.Query<byte[]>("SELECT topic FROM held UNION SELECT topic FROM held_also ORDER BY topic").Select(Encoding.UTF8.GetString)];

    /// <summary>How many there are.</summary>
    public long Count() => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM held");

    /// <summary>How much waits.</summary>
    public HeldCount Count(PublicKey author) => new(
        Count(),
        connection.ExecuteScalar<long>("SELECT COUNT(*) FROM held WHERE author = @author", new { author = Blob.Of(author) }));

    /// <summary>How much waits of each kind.</summary>
    public IReadOnlyList<HeldKind> Kinds() =>
    [
        .. connection.Query<HeldKindRow>("SELECT kind AS Kind, COUNT(*) AS Count, MIN(held_since) AS Oldest FROM held GROUP BY kind ORDER BY kind")
            .Select(row => new HeldKind((int)row.Kind, row.Count, new DateTimeOffset(row.Oldest, TimeSpan.Zero))),
    ];

    /// <summary>What waits, in the order of its beginning, after a place.</summary>
    public IReadOnlyList<HeldEvent> After(HeldPlace? place, int most) => Read(connection.Query<HeldRow>(
        Select + "WHERE (held_since, id) > (@since, @id) ORDER BY held_since, id LIMIT @most",
        new { since = place?.Since.UtcTicks ?? -1, id = place is null ? Array.Empty<byte>() : Blob.Of(place.Id), most = Math.Max(most, 0) }));

    /// <summary>Adds an event, to be found under more topics than its own.</summary>
    public void Add(HeldEvent held, DateTimeOffset heldSince, IReadOnlyCollection<string> alsoUnder)
    {
        Insert(held, heldSince);
        foreach (var topic in alsoUnder.Where(topic => topic != held.Topic))
        {
            connection.Execute(
                "INSERT OR IGNORE INTO held_also (topic, id) VALUES (@topic, @id)",
                new { topic = Blob.Of(topic), id = Blob.Of(held.Event.Id) });
        }
    }

    private void Insert(HeldEvent held, DateTimeOffset heldSince) => connection.Execute(
        "INSERT INTO held (id, topic, author, kind, created_at, identifier, replaces_older, held_since, deadline, json) "
        + "VALUES (@id, @topic, @author, @kind, @createdAt, @identifier, @replacesOlder, @heldSince, @deadline, @json)",
        new
        {
            id = Blob.Of(held.Event.Id),
            topic = Blob.Of(held.Topic),
            author = Blob.Of(held.Event.Author),
            kind = held.Event.Kind,
            createdAt = held.Event.CreatedAt,
            identifier = Blob.IdentifierOf(held.Event),
            replacesOlder = held.ReplacesOlder,
            heldSince = heldSince.UtcTicks,
            deadline = held.Deadline.UtcTicks,
            json = Blob.Of(held.Event.Json),
        });

    /// <summary>Gives an event another deadline; returns whether it was there.</summary>
    public bool Reschedule(EventId id, DateTimeOffset deadline) => connection.Execute(
        "UPDATE held SET deadline = @deadline WHERE id = @id",
        new { id = Blob.Of(id), deadline = deadline.UtcTicks }) > 0;

    /// <summary>Removes events; returns how many there were.</summary>
    public int Remove(IEnumerable<EventId> ids)
    {
        var list = JsonList.Of(ids.Select(Blob.Of));
        connection.Execute("DELETE FROM held_also WHERE id IN (SELECT unhex(value) FROM json_each(@list))", new { list });
        return connection.Execute("DELETE FROM held WHERE id IN (SELECT unhex(value) FROM json_each(@list))", new { list });
    }

    private static List<HeldEvent> Read(IEnumerable<HeldRow> rows) => [.. rows.Select(row => row.Read())];
}
