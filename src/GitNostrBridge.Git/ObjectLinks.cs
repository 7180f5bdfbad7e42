namespace GitNostrBridge.Git;

/// <summary>
/// Gives one repository all objects of another by hard links, which cost no disk: several owners of one project share its packs.
/// </summary>
internal static class ObjectLinks
{
    // git finds a pack by its .idx, so that comes last.
    private static readonly string[] PackParts = [".pack", ".rev", ".idx"];

    /// <summary>
    /// Whether every object of the source is in the target now. False, and nothing is lost, when the file system allows no links, or the source
    /// borrows objects from elsewhere, or changes meanwhile.
    /// </summary>
    public static bool TryLinkAll(BareRepository from, BareRepository to)
    {
        var (source, target) = (Path.Combine(from.Path, "objects"), Path.Combine(to.Path, "objects"));
        return !File.Exists(Path.Combine(source, "info", "alternates")) && LinkPacks(source, target) && LinkLoose(source, target);
    }

    private static bool LinkPacks(string source, string target)
    {
        var folder = Directory.CreateDirectory(Path.Combine(target, "pack")).FullName;
        foreach (var index in Directory.EnumerateFiles(Path.Combine(source, "pack"), "pack-*.idx"))
        {
            foreach (var part in PackParts)
            {
                var file = Path.ChangeExtension(index, part);
                if (!(part == ".rev" && !File.Exists(file)) && !TryLink(file, Path.Combine(folder, Path.GetFileName(file))))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool LinkLoose(string source, string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(source, "??"))
        {
            var destination = Directory.CreateDirectory(Path.Combine(target, Path.GetFileName(folder))).FullName;
            foreach (var file in Directory.EnumerateFiles(folder).Where(file => !Path.GetFileName(file).StartsWith("tmp_", StringComparison.Ordinal)))
            {
                if (!TryLink(file, Path.Combine(destination, Path.GetFileName(file))))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // A file of that name is the same object or pack: both are named by their content.
    private static bool TryLink(string source, string target) => File.Exists(target) || HardLink.TryCreate(source, target) || File.Exists(target);
}
