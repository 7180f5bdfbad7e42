namespace GitNostrBridge.Server.Tests;

/// <summary>Programs of this machine that tests of the deployment need; without them those are skipped.</summary>
internal static class Installed
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"];

    /// <summary>Where a program is; a test that needs it ends here when it is not.</summary>
    public static string Find(string program)
    {
        var path = Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed");
        return path!;
    }
}
