using System.CommandLine;

namespace GitNostrBridge.Server;

/// <summary>The verbs of the executable; without one it serves.</summary>
internal static class CommandLine
{
    private const string Serve = "serve";

    private const string ServeHelp =
        """
        Serve (the default). Settings come as --Section:Key=value, see docs/configuration.md;
        --check-config tells what is wrong with them, --print-config tells each and where it comes from; neither starts anything.
        """;

    /// <summary>Runs a verb other than `serve` and gives its exit code; null when the server is to start.</summary>
    public static async Task<int?> TryRunVerbAsync(string[] args)
    {
        var verb = args.FirstOrDefault();
        if ((verb is null or Serve || verb.StartsWith("--", StringComparison.Ordinal)) && !args.Any(argument => argument is "--help" or "-h" or "-?" or "--version"))
        {
            return null;
        }

        var (words, settings) = SettingArguments.Split(args);
        var root = new RootCommand("A git server whose pushes are authorised by signed Nostr events, and a Nostr relay, on one port. Without a verb it serves.")
        {
            new Command(Serve, ServeHelp),
            PublishCommand.Create(),
            HealthVerb.Create(settings),
            KeysVerb.Create(settings),
            PurgatoryVerb.Create(settings),
            DoctorVerb.Create(settings),
            BackupVerb.Create(settings),
            RestoreVerb.Create(settings),
            RepoVerb.Create(settings),
            CompareVerb.Create(settings),
            ImportVerb.Create(settings),
        };
        if (UnknownVerb.In(root, words) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        return await root.Parse(words).InvokeAsync().ConfigureAwait(false);
    }

    /// <summary>What is to be served, or, when the arguments are not understood, null after they and the help have been told.</summary>
    public static async Task<ServeArguments.Understood?> TryReadServeAsync(string[] args)
    {
        switch (ServeArguments.Read(args.FirstOrDefault() == Serve ? args[1..] : args))
        {
            case ServeArguments.Understood understood:
                return understood;
            case ServeArguments.Refused refused:
                await Console.Error.WriteLineAsync(string.Join('\n', refused.Problems) + "\n\nUsage: gitnostrbridge [serve] [--check-config | --print-config] [--Section:Key=value …]\n\n" + ServeHelp
                    + "\n`gitnostrbridge --help` lists the other verbs.").ConfigureAwait(false);
                return null;
            default:
                throw new InvalidOperationException("an outcome that is not known");
        }
    }
}
