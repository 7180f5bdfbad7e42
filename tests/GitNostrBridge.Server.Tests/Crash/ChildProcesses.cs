namespace GitNostrBridge.Server.Tests;

/// <summary>The processes of this machine, from /proc; none where there is no /proc.</summary>
internal static class ChildProcesses
{
    /// <summary>The command lines of git processes that mention a folder.</summary>
    public static IReadOnlyList<string> Mentioning(string folder) =>
        Directory.Exists("/proc")
            ? [.. Directory.EnumerateDirectories("/proc").Select(CommandLine).Where(line => line.Contains("git", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal))]
            : [];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
