using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>The database file: its connections, its schema, its durability.</summary>
/// <param name="file">Made when it does not exist.</param>
/// <param name="isDurable">Whether a commit waits for the disk.</param>
internal sealed class SqliteDatabase(string file, bool isDurable)
{
    /// <summary>The schema that this program writes; stands in the file as `user_version`.</summary>
    public const long SchemaVersion = 5;

    // The first schema with words and expirations: what was saved before is indexed once.
    private const long FirstIndexed = 2;

    /// <summary>Opens the connection that writes, and makes the tables of a new database.</summary>
    /// <exception cref="NotSupportedException">A newer program made the database.</exception>
    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
            // Seldom checkpoints, in pages of 4 KiB: measured two to three times as fast as the default.
            connection.Execute("PRAGMA wal_autocheckpoint = 16000");
            connection.Execute("PRAGMA journal_size_limit = 67108864");
            PrepareSchema(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        connection.Execute("PRAGMA temp_store = MEMORY");
        return connection;
    }

    /// <summary>As <see cref="OpenReader"/>, if this very version made the database: a reader cannot bring it up to date.</summary>
    /// <exception cref="NotSupportedException">Another version made it.</exception>
    public SqliteConnection OpenCurrentReader()
    {
        var connection = OpenReader();
        if (connection.ExecuteScalar<long>("PRAGMA user_version") is var version && version != SchemaVersion)
        {
            connection.Dispose();
            throw new NotSupportedException($"{file} has schema {version}, and this program reads schema {SchemaVersion}: use the version that the server has, or start the server once with this one");
        }

        return connection;
    }

    /// <summary>Ends the transaction, if SQLite has not done so itself.</summary>
    public static void RollBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            connection.Execute("ROLLBACK TRANSACTION");
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var address = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(address.ToString());
        connection.Open();
        return connection;
    }

    private void PrepareSchema(SqliteConnection connection)
    {
        var version = connection.ExecuteScalar<long>("PRAGMA user_version");
        if (version > SchemaVersion)
        {
            throw new NotSupportedException(
                $"{file} has schema {version}, and this program knows schemas up to {SchemaVersion}: start the newer version that made it, or restore a backup");
        }

        if (version < SchemaVersion)
        {
            using var schema = new StreamReader(typeof(SqliteDatabase).Assembly.GetManifestResourceStream("Schema.sql")!);
            using var command = new SqliteCommand($"BEGIN; {schema.ReadToEnd()} PRAGMA user_version = {SchemaVersion};", connection);
            command.ExecuteNonQuery();
            if (version < FirstIndexed)
            {
                new ServedRows(connection).IndexAll();
            }

            connection.Execute("COMMIT TRANSACTION");
        }
    }
}
