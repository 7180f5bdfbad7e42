namespace GitNostrBridge.Server;

/// <summary>Section `Storage`: where everything lives; relative paths start at the working directory.</summary>
/// <param name="GitPath">The bare repositories.</param>
/// <param name="RelayPath">The event database.</param>
/// <param name="Backend">`sqlite`, or `memory` for a database that is gone with the process.</param>
public sealed record StorageOptions(string GitPath = "data/git", string RelayPath = "data/relay", StorageBackend Backend = StorageBackend.Sqlite)
{
    /// <summary>Reads and checks the section.</summary>
    public static StorageOptions Read(SectionReader section)
    {
        var defaults = new StorageOptions();
        return new StorageOptions(
            section.Text(nameof(GitPath), defaults.GitPath, IsFolder, "a directory, made when it is not there"),
            section.Text(nameof(RelayPath), defaults.RelayPath, IsFolder, "a directory, made when it is not there"),
            section.OneOf(nameof(Backend), defaults.Backend));
    }

    private static bool IsFolder(string path) => path.Length > 0 && !File.Exists(path);
}

/// <summary>Kinds of event database.</summary>
public enum StorageBackend
{
    /// <summary>An SQLite file below <see cref="StorageOptions.RelayPath"/>.</summary>
    Sqlite,

    /// <summary>Nothing is kept beyond the process.</summary>
    Memory,
}
