namespace GitNostrBridge.Git;

/// <summary>How much a repository needs maintenance, by a look at its folders; git is not asked.</summary>
/// <param name="Packs">Its packs.</param>
/// <param name="LooseObjects">About how many objects lie outside packs.</param>
/// <param name="LooseRefs">Refs that have a file each.</param>
/// <param name="Changed">When an object last came or went.</param>
/// <param name="HasCruft">Whether unreachable objects wait for their end in a cruft pack.</param>
public sealed record RepositoryWear(int Packs, int LooseObjects, int LooseRefs, DateTimeOffset Changed, bool HasCruft)
{
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
            Count(packs, "*.mtimes") > 0);
    }

    private static int Count(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Count() : 0;
}
