namespace GitNostrBridge.Git;

/// <summary>
/// Makes equal packs of several repositories one file again. The repositories of one project share their packs by hard links; repacking gives each a
/// copy of its own, and packs of the same objects come out equal.
/// </summary>
public static class PackSharing
{
    // Smaller ones are not worth a comparison.
    private const long SmallestPack = 1 << 20;

    private const int CompareBytes = 1 << 18;

    /// <summary>
    /// Replaces each pack that another repository has too, byte for byte, by a hard link to that one, or the other way round: the newer file stays, so
    /// that nothing in it ages faster. git finds the same bytes under the same name throughout. Returns the bytes saved; 0 where there are no hard links.
    /// </summary>
    /// <exception cref="IOException">A pack went away meanwhile; nothing is lost.</exception>
    public static long Share(BareRepository repository, IEnumerable<BareRepository> others)
    {
        long saved = 0;
        var folders = others.Select(PacksOf).ToList();
        foreach (var pack in new DirectoryInfo(PacksOf(repository)).EnumerateFiles("pack-*.pack").Where(pack => pack.Length >= SmallestPack).ToList())
        {
            foreach (var other in folders.Select(folder => new FileInfo(Path.Combine(folder, pack.Name))).Where(other => other.Exists && other.Length == pack.Length))
            {
                if (AreTwoFiles(pack, other) && AreEqual(pack, other))
                {
                    var (newer, older) = other.LastWriteTimeUtc > pack.LastWriteTimeUtc ? (other, pack) : (pack, other);
                    saved += Replace(older.FullName, newer.FullName) ? pack.Length : 0;
                }
            }
        }

        return saved;
    }

    private static string PacksOf(BareRepository repository) => Path.Combine(repository.Path, "objects", "pack");

    private static bool AreTwoFiles(FileInfo left, FileInfo right) =>
        FileStamp.IsSupported && StampOf(left) is { Exists: true } one && StampOf(right) is { Exists: true } other && one.Inode != other.Inode;

    private static FileStamp StampOf(FileInfo file) => FileStamp.Of(FileStamp.PathBytes(file.FullName));

    // A pack is named by its content, but a disk may have damaged one of the two.
    private static bool AreEqual(FileInfo left, FileInfo right)
    {
        using var one = left.OpenRead();
        using var other = right.OpenRead();
        var (ours, theirs) = (new byte[CompareBytes], new byte[CompareBytes]);
        while (true)
        {
            var read = one.ReadAtLeast(ours, CompareBytes, throwOnEndOfStream: false);
            if (other.ReadAtLeast(theirs, CompareBytes, throwOnEndOfStream: false) != read || !ours.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, read)))
            {
                return false;
            }

            if (read < CompareBytes)
            {
                return true;
            }
        }
    }

    // git removes what begins `.tmp-` and has stayed behind.
    private static bool Replace(string path, string by)
    {
        var fresh = Path.Combine(Path.GetDirectoryName(path)!, $".tmp-{Guid.NewGuid():n}.pack");
        if (!HardLink.TryCreate(by, fresh))
        {
            return false;
        }

        File.Move(fresh, path, overwrite: true);
        return true;
    }
}
