using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>The files that make a repository whole, for a copy of it that is taken while it is used.</summary>
/// <remarks>
/// Refs are read first and objects copied after them: git adds objects before it moves refs, and takes none away that were reachable lately, so every
/// ref that was read has its objects in the copy. What git can make again from these (several indexes, bitmaps, the commit graph) is left out.
/// </remarks>
public static class RepositoryFiles
{
    // In this order: git finds a pack by its index.
    private static readonly string[] PackParts = [".pack", ".mtimes", ".rev", ".idx"];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Refs as git keeps them in `packed-refs`.</summary>
    public static string PackedRefs(RefSnapshot refs)
    {
        var text = new StringBuilder("# pack-refs with: sorted \n");
        foreach (var (name, value) in refs.Refs.OrderBy(entry => entry.Key))
        {
            text.Append(value.Hex).Append(' ').Append(name.Full).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>HEAD as git keeps it; without a branch, the one that new repositories have.</summary>
    public static string Head(RefSnapshot refs) => $"ref: {refs.Head?.Full ?? "refs/heads/main"}\n";

    /// <summary>
    /// The files of all objects that are visible now, each of them never to be changed, relative to the repository's folder. A repack may take some away
    /// before they are copied, after it has put their objects into others: then list again.
    /// </summary>
    public static IReadOnlyList<string> Objects(BareRepository repository)
    {
        var objects = Path.Combine(repository.Path, "objects");
        var packs = Path.Combine(objects, "pack");
        var packed = Directory.Exists(packs)
            ? Directory.EnumerateFiles(packs, "pack-*.idx").SelectMany(index => PackParts.Select(part => Path.ChangeExtension(index, part)).Where(File.Exists))
            : [];
        var loose = Directory.EnumerateDirectories(objects, "??").Where(folder => IsHex(Path.GetFileName(folder)))
            .SelectMany(Directory.EnumerateFiles).Where(file => IsHex(Path.GetFileName(file)));
        return [.. packed.Concat(loose).Select(file => Path.GetRelativePath(repository.Path, file))];
    }

    private static bool IsHex(string name) => !name.AsSpan().ContainsAnyExcept(HexDigits);
}
