using System.Runtime.InteropServices;

namespace GitNostrBridge.Git;

/// <summary>A second name for a file, which costs no disk.</summary>
public static partial class HardLink
{
    /// <summary>Whether the target is a name of the source now; false when it is there already, on another file system, or one without links.</summary>
    public static bool TryCreate(string source, string target) => Link(source, target) == 0;

    /// <summary>Waits until everything that was written is on the disk.</summary>
    public static void FlushAll()
    {
        if (!OperatingSystem.IsWindows())
        {
            Sync();
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();
}
