using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One row of served events.</summary>
internal sealed record ServedRow(long Sequence, byte[] Id, long CreatedAt, byte[] Json)
{
    /// <summary>Its id.</summary>
    public EventId EventId => EventId.FromBytes(Id);

    /// <summary>The event itself.</summary>
    public NostrEvent Read() => new StoredEvent(Sequence, EventId, Json).Read();
}

/// <summary>The served events with their tags.</summary>
internal sealed class ServedRows(SqliteConnection connection)
{
    private const string Select = "SELECT sequence AS Sequence, id AS Id, created_at AS CreatedAt, json AS Json FROM event ";

    /// <summary>The greatest sequence ever given, even if its event is gone again.</summary>
    public long Horizon() => connection.ExecuteScalar<long?>("SELECT seq FROM sqlite_sequence WHERE name = 'event'") ?? 0;

    /// <summary>How many there are.</summary>
    public long Count() => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM event");

    /// <summary>The event of that id, or null.</summary>
    public ServedRow? Find(EventId id) => connection.QuerySingleOrDefault<ServedRow>(
        Select + "WHERE id = @id",
        new { id = Blob.Of(id) });

    /// <summary>The event that stands at an address, or null.</summary>
    public ServedRow? At(EventAddress? address) => address is null ? null : connection.QuerySingleOrDefault<ServedRow>(
        Select + "WHERE author = @author AND kind = @kind AND identifier = @identifier",
        new { author = Blob.Of(address.Author), kind = address.Kind, identifier = Blob.Of(address.Identifier) });

    /// <summary>Events that an author has signed up to an instant (unix seconds), but requests to vanish.</summary>
    public IReadOnlyList<ServedRow> By(PublicKey author, long until, int most) => [.. connection.Query<ServedRow>(
        Select + "WHERE author = @author AND created_at <= @until AND kind <> @vanish LIMIT @most",
        new { author = Blob.Of(author), until, vanish = EventKinds.Vanish, most })];

    /// <summary>Events that have expired, the first ones first.</summary>
    public IReadOnlyList<NostrEvent> Expired(DateTimeOffset now, int most) => [.. connection.Query<ServedRow>(
        Select + "JOIN expiring USING (sequence) WHERE expires_at <= @second ORDER BY expires_at LIMIT @most",
        new { second = now.ToUnixTimeSeconds(), most }).Select(row => row.Read())];

    /// <summary>Indexes the events that were saved before there were such indexes.</summary>
    public void IndexAll()
    {
        foreach (var row in connection.Query<ServedRow>(Select, buffered: false))
        {
            Index(row.Read(), row.Sequence);
        }
    }

    /// <summary>Whether a newer event stands at the event's address (NIP-01).</summary>
    public bool Supersedes(NostrEvent nostrEvent) => At(EventAddress.Of(nostrEvent)) is { } standing
        && EventOrder.IsNewer(standing.CreatedAt, standing.EventId, nostrEvent.CreatedAt, nostrEvent.Id);

    /// <summary>Adds an event in place of the one that stands at its address.</summary>
    public StoredEvent Put(NostrEvent nostrEvent)
    {
        if (At(EventAddress.Of(nostrEvent)) is { } older)
        {
            Remove(older);
        }

        var sequence = connection.ExecuteScalar<long>(
            "INSERT INTO event (id, author, kind, created_at, identifier, json) "
            + "VALUES (@id, @author, @kind, @createdAt, @identifier, @json) RETURNING sequence",
            new
            {
                id = Blob.Of(nostrEvent.Id),
                author = Blob.Of(nostrEvent.Author),
                kind = nostrEvent.Kind,
                createdAt = nostrEvent.CreatedAt,
                identifier = Blob.IdentifierOf(nostrEvent),
                json = Blob.Of(nostrEvent.Json),
            });
        connection.Execute(
            "INSERT OR IGNORE INTO tag (name, value, created_at, sequence, kind) VALUES (@Name, @Value, @CreatedAt, @Sequence, @Kind)",
            TagRow.Of(nostrEvent, sequence));
        Index(nostrEvent, sequence);
        return new StoredEvent(sequence, nostrEvent.Id, nostrEvent.Json);
    }

    /// <summary>Removes an event and its tags.</summary>
    public void Remove(ServedRow row)
    {
        connection.Execute(
            "DELETE FROM tag WHERE name = @Name AND value = @Value AND created_at = @CreatedAt AND sequence = @Sequence",
            TagRow.Of(row.Read(), row.Sequence));
        connection.Execute("DELETE FROM expiring WHERE sequence = @sequence", new { sequence = row.Sequence });
        connection.Execute("DELETE FROM event_text WHERE rowid = @sequence", new { sequence = row.Sequence });
        connection.Execute("DELETE FROM event WHERE sequence = @sequence", new { sequence = row.Sequence });
    }

    private void Index(NostrEvent nostrEvent, long sequence)
    {
        if (nostrEvent.Expiration is { } expiresAt)
        {
            connection.Execute("INSERT INTO expiring (sequence, expires_at) VALUES (@sequence, @expiresAt)", new { sequence, expiresAt });
        }

        if (SearchableText.Of(nostrEvent) is { Count: > 0 } words)
        {
            connection.Execute("INSERT INTO event_text (rowid, words) VALUES (@sequence, @words)", new { sequence, words = string.Join(' ', words) });
        }
    }
}
