using System.CommandLine;

namespace GitNostrBridge.Server;

/// <summary>The verbs of the executable; without one it serves.</summary>
internal static class CommandLine
{
    private const string Serve = "serve";

    /// <summary>Runs a verb other than `serve` and gives its exit code; null when the server is to start.</summary>
    public static async Task<int?> TryRunVerbAsync(string[] args)
    {
        var verb = args.FirstOrDefault();
        if (verb is null or Serve || (verb.StartsWith("--", StringComparison.Ordinal) && verb is not ("--help" or "--version")))
        {
            return null;
        }

        var (words, settings) = SettingArguments.Split(args);
        var root = new RootCommand("A git server whose pushes are authorised by signed Nostr events, and a Nostr relay, on one port. Without a verb it serves.")
        {
            new Command(Serve, "Serve (the default). Settings come as --Section:Key=value, see docs/configuration.md."),
            PublishCommand.Create(),
            HealthVerb.Create(settings),
            KeysVerb.Create(settings),
            PurgatoryVerb.Create(settings),
        };
        return await root.Parse(words).InvokeAsync().ConfigureAwait(false);
    }

    /// <summary>The settings on the command line, without the verb.</summary>
    public static string[] WithoutServe(string[] args) => args.FirstOrDefault() == Serve ? args[1..] : args;
}
