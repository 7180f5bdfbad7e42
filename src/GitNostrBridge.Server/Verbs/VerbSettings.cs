using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>The settings that `serve` would have with the same arguments, environment and working directory, so that a verb acts on the same data.</summary>
/// <param name="Options">All settings.</param>
/// <param name="Configuration">Where they came from.</param>
/// <param name="Here">Where the world finds the server.</param>
internal sealed record VerbSettings(ServerOptions Options, IConfiguration Configuration, ServiceAddress Here)
{
    /// <summary>The first URL that the server listens on.</summary>
    public string Url => Options.Urls.Split(';')[0];

    /// <summary>Reads them; problems are collected, each with its key.</summary>
    public static VerbSettings Read(string[] settings, ICollection<string> problems)
    {
        var configuration = WebApplication.CreateSlimBuilder(settings).Configuration;
        var loaded = LoadedSettings.Load(configuration, LoadedSettings.Environment);
        foreach (var problem in loaded.Problems)
        {
            problems.Add(problem);
        }

        return new VerbSettings(loaded.Options, configuration, PublicAddress.For(loaded.Options.Grasp, loaded.Options.Urls.Split(';')[0]));
    }
}
