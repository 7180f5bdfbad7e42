using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>The ids of events that have waited in vain, and when their waiting ended.</summary>
internal sealed class ExpiredRows(SqliteConnection connection)
{
    /// <summary>Remembers one.</summary>
    public void Add(EventId id, DateTimeOffset now) => connection.Execute(
        "INSERT OR REPLACE INTO expired (id, at) VALUES (@id, @at)",
        new { id = Blob.Of(id), at = now.UtcTicks });

    /// <summary>Whether one is remembered, from an instant on.</summary>
    public bool Holds(EventId id, DateTimeOffset since) => connection.ExecuteScalar<long>(
        "SELECT EXISTS (SELECT 1 FROM expired WHERE id = @id AND at >= @since)",
        new { id = Blob.Of(id), since = since.UtcTicks }) != 0;

    /// <summary>Forgets one.</summary>
    public void Remove(EventId id) => connection.Execute("DELETE FROM expired WHERE id = @id", new { id = Blob.Of(id) });

    /// <summary>Forgets those from before an instant; returns how many there were.</summary>
    public int RemoveBefore(DateTimeOffset before) => connection.Execute("DELETE FROM expired WHERE at < @before", new { before = before.UtcTicks });
}
