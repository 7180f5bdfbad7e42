namespace GitNostrBridge.Server;

/// <summary>Section `Storage`: where everything lives; relative paths start at the working directory.</summary>
/// <param name="GitPath">The bare repositories.</param>
/// <param name="RelayPath">The event database.</param>
/// <param name="Backend">`sqlite`, or `memory` for a database that is gone with the process.</param>
public sealed record StorageOptions(string GitPath = "data/git", string RelayPath = "data/relay", StorageBackend Backend = StorageBackend.Sqlite);

/// <summary>Kinds of event database.</summary>
public enum StorageBackend
{
    /// <summary>An SQLite file below <see cref="StorageOptions.RelayPath"/>.</summary>
    Sqlite,

    /// <summary>Nothing is kept beyond the process.</summary>
    Memory,
}
