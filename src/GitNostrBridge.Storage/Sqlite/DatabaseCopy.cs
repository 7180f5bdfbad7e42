using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>The event database as a whole: a copy of one moment while it is written to, and whether it is sound.</summary>
public static class DatabaseCopy
{
    /// <summary>Copies `events.sqlite` from one folder to another, as it is at one moment; whoever writes to it meanwhile does not wait.</summary>
    /// <exception cref="SqliteException">The database cannot be read, or the copy not be written.</exception>
    public static Task MakeAsync(string folder, string target, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            Directory.CreateDirectory(target);
            using var source = new SqliteDatabase(FileIn(folder), isDurable: true).OpenReader();
            using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = FileIn(target), Pooling = false }.ToString());
            copy.Open();
            source.BackupDatabase(copy);
            copy.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        },
        cancellationToken);

    /// <summary>What SQLite finds wrong with the database; nothing: it is sound. With <paramref name="readAll"/> indexes are compared with their tables, too.</summary>
    public static Task<IReadOnlyList<string>> CheckAsync(string folder, bool readAll, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<string>>(
        () =>
        {
            using var connection = new SqliteDatabase(FileIn(folder), isDurable: true).OpenReader();
            IReadOnlyList<string> found = [.. connection.Query<string>(readAll ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)")];
            return found is ["ok"] ? [] : found;
        },
        cancellationToken);

    private static string FileIn(string folder) => Path.Combine(folder, SqliteEventStore.FileName);
}
