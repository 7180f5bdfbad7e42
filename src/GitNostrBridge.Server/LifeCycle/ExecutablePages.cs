using System.Globalization;
using System.Runtime.InteropServices;

namespace GitNostrBridge.Server;

/// <summary>
/// The parts of the executable's own file that this process has in its memory. A start touches nearly all of the file once, and of that a quiet
/// server needs little again; Linux leaves it mapped until memory is short.
/// </summary>
internal static partial class ExecutablePages
{
    // madvise(2).
    private const int DontNeed = 4;

    /// <summary>
    /// Takes what was only read of the file out of this process: the machine keeps it as it keeps any file that was read, and what is needed again is back
    /// without reading the disk. Where that cannot be done, nothing happens.
    /// </summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } executable)
        {
            return;
        }

        try
        {
            foreach (var (start, length) in OnlyRead(File.ReadLines("/proc/self/smaps"), executable))
            {
                _ = Advise(start, length, DontNeed);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // No /proc, or no madvise: the pages stay.
        }
    }

    /// <summary>
    /// The ranges of memory that hold what the file has, and nothing else: not writable, and without a page that was written before it became so, such
    /// as those that the loader has filled in. Only these can be given up without a loss.
    /// </summary>
    /// <param name="smaps">Lines of `/proc/self/smaps`: a head for each range, then its figures.</param>
    /// <param name="file">The file's path.</param>
    internal static IEnumerable<(nint Start, nint Length)> OnlyRead(IEnumerable<string> smaps, string file)
    {
        (nint Start, nint Length)? range = null;
        var isFound = false;
        foreach (var line in smaps)
        {
            var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (!words[0].EndsWith(':'))
            {
                var isOfFile = words.Length == 6 && words[5] == file;
                if (isFound && !isOfFile)
                {
                    // A program's parts lie side by side: what follows is somebody else's.
                    yield break;
                }

                isFound = isOfFile;
                range = isOfFile && words[1] is ['r', '-', _, 'p'] ? Range(words[0]) : null;
            }
            else if (words is ["Anonymous:", "0", "kB"] && range is { } clean)
            {
                yield return clean;
            }
        }
    }

    private static (nint Start, nint Length) Range(string words)
    {
        var (start, end) = words.IndexOf('-') is var dash ? (Address(words[..dash]), Address(words[(dash + 1)..])) : default;
        return (start, end - start);
    }

    private static nint Address(string hex) => nint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
