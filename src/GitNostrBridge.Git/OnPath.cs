namespace GitNostrBridge.Git;

/// <summary>The programs that git and its children find.</summary>
internal static class OnPath
{
    /// <summary>Whether there is one of this name in a folder of PATH.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
