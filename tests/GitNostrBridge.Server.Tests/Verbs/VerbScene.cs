using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The settings with which a verb acts on the data of a test's server.</summary>
internal static class VerbScene
{
    /// <summary>As arguments.</summary>
    public static string[] ArgumentsFor(RunningServer server) =>
    [
        .. ArgumentsFor(server.Folder.Sub("data")),
        $"--Grasp:Domain={server.Here.Authority}",
        $"--Urls={server.Here.Origin}",
    ];

    /// <summary>The same for a folder with data.</summary>
    public static string[] ArgumentsFor(string data) =>
    [
        $"--Storage:GitPath={Path.Combine(data, "git")}",
        $"--Storage:RelayPath={Path.Combine(data, "relay")}",
        $"--Grasp:OwnerKeyFile={Path.Combine(data, "relay-owner.nsec")}",
    ];

    /// <summary>As a verb reads them.</summary>
    public static VerbSettings SettingsFor(RunningServer server) => Read(ArgumentsFor(server));

    /// <summary>Reads arguments, which must be usable.</summary>
    public static VerbSettings Read(string[] arguments)
    {
        var problems = new List<string>();
        var settings = VerbSettings.Read(arguments, problems);
        Assert.Empty(problems);
        return settings;
    }

    /// <summary>Runs the executable with a verb on the data of a test's server.</summary>
    public static Task<TestGitResult> RunAsync(RunningServer server, params string[] words) =>
        Verb.RunAsync(server.Folder.Path, server.Folder.Sub("home-verb"), [.. words, .. ArgumentsFor(server)]);
}
