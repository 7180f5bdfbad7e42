namespace GitNostrBridge.Git;

/// <summary>How much a repository needs maintenance, by a look at its folders; git is not asked.</summary>
/// <param name="Packs">Its packs.</param>
/// <param name="LooseObjects">About how many objects lie outside packs.</param>
/// <param name="LooseRefs">Refs that have a file each.</param>
/// <param name="Changed">When an object last came or went.</param>
/// <param name="HasCruft">Whether unreachable objects wait for their end in a cruft pack.</param>
/// <param name="PackedObjects">About how many objects lie in packs.</param>
/// <param name="UnmappedObjects">About how many of them came after the last reachability bitmap was written: a clone has to walk over these.</param>
public sealed record RepositoryWear(
    int Packs, int LooseObjects, int LooseRefs, DateTimeOffset Changed, bool HasCruft, long PackedObjects, long UnmappedObjects)
{
    // gitformat-pack, version 2 of an index: head, fan-out and two checksums; then an id, a checksum and an offset for each object.
    private const int IndexBytes = 1072;
    private const int IndexBytesPerObject = 28;

    // git's own estimate (gc.auto): ids are spread evenly over 256 folders.
    private const string SampleFolder = "17";

    /// <summary>Looks.</summary>
    public static RepositoryWear Of(BareRepository repository)
    {
        var objects = Path.Combine(repository.Path, "objects");
        var packs = Path.Combine(objects, "pack");
        var sample = Path.Combine(objects, SampleFolder);
        return new RepositoryWear(
            Count(packs, "*.idx"),
            256 * Count(sample, "*"),
            Directory.EnumerateFiles(Path.Combine(repository.Path, "refs"), "*", SearchOption.AllDirectories).Count(),
            new[] { objects, packs, sample }.Select(Directory.GetLastWriteTimeUtc).Max(),
            Count(packs, "*.mtimes") > 0,
            ObjectsIn(packs, DateTime.MinValue),
            ObjectsIn(packs, Files(packs, "*.bitmap").Select(file => file.LastWriteTimeUtc).DefaultIfEmpty(DateTime.MinValue).Max()));
    }

    private static long ObjectsIn(string packs, DateTime after) =>
        Files(packs, "*.idx").Where(index => index.LastWriteTimeUtc > after).Sum(index => Math.Max(0, (index.Length - IndexBytes) / IndexBytesPerObject));

    private static IEnumerable<FileInfo> Files(string folder, string pattern) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(pattern) : [];

    private static int Count(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Count() : 0;
}
