namespace GitNostrBridge.Server;

/// <summary>What the command line asks of `serve`.</summary>
public abstract record ServeArguments
{
    // The framework's own; tests and some hosts pass them.
    private static readonly string[] HostKeys = ["contentRoot", "environment", "applicationName"];

    private static readonly string[] OpenSections = ["Logging:LogLevel:", "Logging:Console:", "Kestrel:"];

    private ServeArguments()
    {
    }

    /// <summary>All of it is understood.</summary>
    /// <param name="Mode">What to do with the settings.</param>
    /// <param name="Settings">Each of the form `--Section:Key=value`.</param>
    public sealed record Understood(ServeMode Mode, IReadOnlyList<string> Settings) : ServeArguments;

    /// <summary>Something is not; the process is to end at once.</summary>
    public sealed record Refused(IReadOnlyList<string> Problems) : ServeArguments;

    /// <summary>Reads the arguments that follow the verb.</summary>
    public static ServeArguments Read(IReadOnlyList<string> args)
    {
        var (mode, settings, problems) = (ServeMode.Serve, new List<string>(), new List<string>());
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].Split('=', 2);
            var key = parts[0].StartsWith("--", StringComparison.Ordinal) ? parts[0][2..] : "";
            if (ModeOf(args[i]) is { } asked)
            {
                mode = asked;
            }
            else if (MayBeSecret(key, args[i]))
            {
                problems.Add($"--{key}: a secret key on the command line can be read by every user of this machine; put it into the file that Grasp:OwnerKeyFile names, or into {OwnerKey.Variable}");
                i += parts.Length == 1 ? 1 : 0;
            }
            else if (!IsKnown(key))
            {
                problems.Add(key.Length == 0 ? "an argument is neither a verb nor begins with `--`" : $"--{key} is no setting; {NearestName.Hint(key, ServerOptions.Known.Select(setting => setting.Key).Concat(["check-config", "print-config"]))}");
                i += parts.Length == 1 && HasValue(args, i) ? 1 : 0;
            }
            else if (parts.Length == 2)
            {
                settings.Add(args[i]);
            }
            else if (HasValue(args, i))
            {
                settings.Add($"{args[i]}={args[++i]}");
            }
            else
            {
                problems.Add($"--{key} has no value; expected --{key}=value");
            }
        }

        // A secret that was given the wrong way must not be echoed, and a value after it was no key of its own.
        return problems.Count > 0 ? new Refused(problems) : new Understood(mode, settings);
    }

    private static ServeMode? ModeOf(string argument) => argument switch
    {
        "--check-config" => ServeMode.CheckConfig,
        "--print-config" => ServeMode.PrintConfig,
        _ => null,
    };

    private static bool HasValue(IReadOnlyList<string> args, int at) => at + 1 < args.Count && !args[at + 1].StartsWith("--", StringComparison.Ordinal);

    private static bool MayBeSecret(string key, string argument) =>
        argument.Contains("nsec1", StringComparison.OrdinalIgnoreCase)
        || (key.Contains("nsec", StringComparison.OrdinalIgnoreCase) && !IsKnown(key))
        || (key.Contains("OwnerKey", StringComparison.OrdinalIgnoreCase) && !IsKnown(key));

    private static bool IsKnown(string key)
    {
        // An entry of a list has a number behind the list's name.
        var colon = key.LastIndexOf(':');
        var name = colon > 0 && int.TryParse(key.AsSpan(colon + 1), out _) ? key[..colon] : key;
        return ServerOptions.Known.Any(setting => setting.Key.Equals(name, StringComparison.OrdinalIgnoreCase) || IsSectionOf(name, setting.Key))
            || HostKeys.Contains(key, StringComparer.OrdinalIgnoreCase)
            || Array.Exists(OpenSections, section => key.StartsWith(section, StringComparison.OrdinalIgnoreCase) || IsSectionOf(key, section));
    }

    // A host that passes a whole tree of settings passes the names of its branches too.
    private static bool IsSectionOf(string name, string key) => name.Length > 0 && key.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What is done once the settings are read.</summary>
public enum ServeMode
{
    /// <summary>Serve.</summary>
    Serve,

    /// <summary>Tell the problems, or that there are none.</summary>
    CheckConfig,

    /// <summary>Tell each setting with where it comes from.</summary>
    PrintConfig,
}
