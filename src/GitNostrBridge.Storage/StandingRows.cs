using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One row of standings.</summary>
internal sealed record StandingRow(byte[] Owner, byte[] EventId, byte[] Author, long CreatedAt)
{
    /// <summary>What stands for whom.</summary>
    public Standing Read() =>
        new(PublicKey.FromBytes(Owner), Nostr.EventId.FromBytes(EventId), PublicKey.FromBytes(Author), CreatedAt);
}

/// <summary>For each topic and owner: the event last released for him (R15).</summary>
internal sealed class StandingRows(SqliteConnection connection)
{
    /// <summary>All of a topic.</summary>
    public IReadOnlyList<Standing> Under(string topic) =>
    [
        .. connection.Query<StandingRow>(
            "SELECT owner AS Owner, event_id AS EventId, author AS Author, created_at AS CreatedAt FROM standing WHERE topic = @topic ORDER BY owner",
            new { topic = Blob.Of(topic) }).Select(row => row.Read()),
    ];

    /// <summary>Notes that an event stands for an owner from now on.</summary>
    public void Put(string topic, PublicKey owner, NostrEvent nostrEvent) => connection.Execute(
        "INSERT OR REPLACE INTO standing (topic, owner, event_id, author, created_at) VALUES (@topic, @owner, @eventId, @author, @createdAt)",
        new
        {
            topic = Blob.Of(topic),
            owner = Blob.Of(owner),
            eventId = Blob.Of(nostrEvent.Id),
            author = Blob.Of(nostrEvent.Author),
            createdAt = nostrEvent.CreatedAt,
        });

    /// <summary>Lets an event stand for nobody any more, because its author has deleted it: nothing that he took back may outrank or block (R34).</summary>
    public void Remove(EventId id, PublicKey author) => connection.Execute(
        "DELETE FROM standing WHERE event_id = @eventId AND author = @author",
        new { eventId = Blob.Of(id), author = Blob.Of(author) });

    /// <summary>Lets nothing stand any more that an author has signed up to an instant (unix seconds).</summary>
    public void RemoveOf(PublicKey author, long until) => connection.Execute(
        "DELETE FROM standing WHERE author = @author AND created_at <= @until",
        new { author = Blob.Of(author), until });
}
