using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>What authors have deleted: their events do not come back (NIP-09, R34).</summary>
internal sealed class Tombstones(SqliteConnection connection)
{
    /// <summary>
    /// Whether the event's own author has deleted it, or has vanished. Deletions cannot be deleted (NIP-09), and requests to vanish do not vanish.
    /// </summary>
    public bool Cover(NostrEvent nostrEvent) => connection.ExecuteScalar<long>(
        "SELECT (@kind <> @deletion AND (EXISTS (SELECT 1 FROM deleted_id WHERE id = @id AND author = @author) "
        + "OR EXISTS (SELECT 1 FROM deleted_address WHERE author = @author AND kind = @kind AND identifier = @identifier AND until >= @createdAt))) "
        + "OR (@kind <> @vanish AND EXISTS (SELECT 1 FROM vanished WHERE author = @author AND until >= @createdAt))",
        new
        {
            deletion = EventKinds.Deletion,
            vanish = EventKinds.Vanish,
            id = Blob.Of(nostrEvent.Id),
            author = Blob.Of(nostrEvent.Author),
            kind = nostrEvent.Kind,
            identifier = Blob.IdentifierOf(nostrEvent),
            createdAt = nostrEvent.CreatedAt,
        }) != 0;

    /// <summary>Refuses one event of the author's from now on.</summary>
    public void Add(EventId id, PublicKey author) => connection.Execute(
        "INSERT OR IGNORE INTO deleted_id (id, author) VALUES (@id, @author)",
        new { id = Blob.Of(id), author = Blob.Of(author) });

    /// <summary>Refuses events at an address up to an instant in unix seconds, or to a later one that is known.</summary>
    public void Add(EventAddress address, long until) => connection.Execute(
        "INSERT INTO deleted_address (author, kind, identifier, until) VALUES (@author, @kind, @identifier, @until) "
        + "ON CONFLICT (author, kind, identifier) DO UPDATE SET until = max(until, excluded.until)",
        new { author = Blob.Of(address.Author), kind = address.Kind, identifier = Blob.Of(address.Identifier), until });

    /// <summary>Refuses all of an author's events up to an instant in unix seconds, or to a later one that is known.</summary>
    public void AddVanished(PublicKey author, long until) => connection.Execute(
        "INSERT INTO vanished (author, until) VALUES (@author, @until) ON CONFLICT (author) DO UPDATE SET until = max(until, excluded.until)",
        new { author = Blob.Of(author), until });
}
