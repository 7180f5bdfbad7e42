namespace GitNostrBridge.Git;

/// <summary>How much of the disk something takes.</summary>
public static class DiskUse
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>The bytes of all files of a repository.</summary>
    public static long Of(BareRepository repository) => Of(repository.Path);

    /// <summary>The bytes of all files below a folder; what goes away meanwhile does not count.</summary>
    public static long Of(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", Everything))
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
            }
        }

        return bytes;
    }
}
