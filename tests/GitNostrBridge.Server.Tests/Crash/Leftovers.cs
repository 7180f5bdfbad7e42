namespace GitNostrBridge.Server.Tests;

/// <summary>What interrupted work leaves on disk.</summary>
internal static class Leftovers
{
    /// <summary>Quarantines, unfinished packs and objects, lock files, fence lists and repositories in the making below the root.</summary>
    public static IReadOnlyList<string> Below(string root) =>
    [
        .. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Where(path =>
            Path.GetFileName(path) is var name
            && (name.StartsWith("tmp_", StringComparison.Ordinal)
                || name.StartsWith(".tmp-", StringComparison.Ordinal)
                || name.StartsWith("authorised-", StringComparison.Ordinal)
                || (name.EndsWith(".lock", StringComparison.Ordinal) && path != Path.Combine(root, ".lock")) // the server's own, while it runs
                || name.EndsWith(".keep", StringComparison.Ordinal)
                || Path.GetFileName(Path.GetDirectoryName(path)) == ".temporary")),
    ];
}
