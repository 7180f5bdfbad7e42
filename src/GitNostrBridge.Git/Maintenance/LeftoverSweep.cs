namespace GitNostrBridge.Git;

/// <summary>
/// Removes what a killed process left behind: git's quarantines, unfinished packs and objects, lock files, `.keep` files of pushes, fence lists,
/// and repositories that were being made or removed. git itself clears them only on an orderly end.
/// </summary>
public sealed class LeftoverSweep(BareRepositories repositories)
{
    // A pack becomes visible by its index, which comes last: whoever is just moving one in must not lose it.
    private static readonly TimeSpan IndexComesWithin = TimeSpan.FromHours(1);

    private static readonly string[] PackSides = [".pack", ".rev", ".bitmap", ".mtimes"];

    /// <summary>Sweeps all repositories, and what stands beside them.</summary>
    /// <param name="olderThan">What was written later may belong to a process at work; at start: the process's own start.</param>
    /// <param name="progress">Gets, before each repository, how many are done and how many there are.</param>
    /// <param name="cancellationToken">Ends between two repositories.</param>
    public void SweepAll(DateTime olderThan, Action<int, int> progress, CancellationToken cancellationToken)
    {
        foreach (var entry in Entries(Path.Combine(repositories.Root, ".temporary")).Where(entry => entry.LastWriteTimeUtc < olderThan))
        {
            Remove(entry);
        }

        var all = repositories.All().ToList();
        for (var done = 0; done < all.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress(done, all.Count);
            Sweep(all[done], olderThan);
        }
    }

    /// <summary>Sweeps one repository.</summary>
    public static void Sweep(BareRepository repository, DateTime olderThan)
    {
        foreach (var entry in Find(repository, olderThan))
        {
            Remove(entry);
        }
    }

    /// <summary>What would be swept from one repository.</summary>
    public static IReadOnlyList<FileSystemInfo> Find(BareRepository repository, DateTime olderThan)
    {
        var top = Entries(repository.Path).Where(entry => IsLock(entry) || entry.Name.StartsWith(ReceivePackRun.ListPrefix, StringComparison.Ordinal));
        var refs = Locks(Path.Combine(repository.Path, "refs"));
        var objects = Path.Combine(repository.Path, "objects");
        var unfinished = Entries(objects).Where(entry => entry.Name.StartsWith("tmp_", StringComparison.Ordinal))
            .Concat(Entries(objects).OfType<DirectoryInfo>().Where(folder => folder.Name.Length == 2).SelectMany(folder => Entries(folder.FullName).Where(IsTemporary)));
        var packs = Entries(Path.Combine(objects, "pack")).Where(IsUnfinishedPack);
        var information = Locks(Path.Combine(objects, "info"));
        return [.. top.Concat(refs).Concat(unfinished).Concat(packs).Concat(information).Where(entry => entry.LastWriteTimeUtc < olderThan)];
    }

    private static bool IsTemporary(FileSystemInfo entry) => entry.Name.StartsWith("tmp_", StringComparison.Ordinal);

    private static bool IsLock(FileSystemInfo entry) => entry.Name.EndsWith(".lock", StringComparison.Ordinal);

    private static bool IsUnfinishedPack(FileSystemInfo entry) =>
        IsTemporary(entry)
        || IsLock(entry)
        || entry.Name.StartsWith(".tmp-", StringComparison.Ordinal)
        || (entry.Extension == ".keep" && IsOfPush(entry.FullName))
        || (PackSides.Contains(entry.Extension)
            && entry.Name.StartsWith("pack-", StringComparison.Ordinal)
            && !File.Exists(Path.ChangeExtension(entry.FullName, ".idx"))
            && entry.LastWriteTimeUtc < DateTime.UtcNow - IndexComesWithin);

    // receive-pack keeps its pack from being repacked until it has moved the refs; an operator's own .keep stays.
    private static bool IsOfPush(string keep)
    {
        try
        {
            return File.ReadLines(keep).FirstOrDefault()?.StartsWith("receive-pack ", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // gone meanwhile
        }
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos() : [];

    private static IEnumerable<FileSystemInfo> Locks(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*.lock", SearchOption.AllDirectories) : [];

    private static void Remove(FileSystemInfo entry)
    {
        try
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
        catch (IOException)
        {
            // Somebody else was faster; what stays is swept next time.
        }
    }
}
