namespace GitNostrBridge.Server;

/// <summary>What `--check-config` and `--print-config` say.</summary>
internal static partial class SettingsReport
{
    /// <summary>Says it, and gives the exit code; null when the server is to start.</summary>
    public static async Task<int?> TryTellAsync(LoadedSettings settings, ServeMode mode)
    {
        if (mode == ServeMode.PrintConfig)
        {
            await Console.Out.WriteAsync(Table(settings)).ConfigureAwait(false);
        }

        foreach (var warning in mode == ServeMode.Serve ? [] : settings.Warnings)
        {
            await Console.Error.WriteLineAsync("warning: " + warning).ConfigureAwait(false);
        }

        if (settings.Problems.Count > 0)
        {
            await Console.Error.WriteLineAsync("The settings are not usable:\n  " + string.Join("\n  ", settings.Problems)).ConfigureAwait(false);
            return 1;
        }

        if (mode == ServeMode.CheckConfig)
        {
            await Console.Out.WriteLineAsync("ok").ConfigureAwait(false);
        }

        return mode == ServeMode.Serve ? null : 0;
    }

    /// <summary>Logs what the operator should know.</summary>
    public static void LogWarnings(ILogger logger, LoadedSettings settings)
    {
        foreach (var warning in settings.Warnings)
        {
            LogWarning(logger, warning);
        }
    }

    private static string Table(LoadedSettings settings)
    {
        var rows = settings.All.Select(entry => (Text: $"{entry.Setting.Key} = {Mask(entry.Setting.Value)}", From: entry.Origin ?? "default"))
            .Append((Text: "(the relay's own key) = ***", From: settings.KeyOrigin)).ToList();
        var width = rows.Max(row => row.Text.Length);
        return string.Concat(rows.Select(row => $"{row.Text.PadRight(width)}  # {row.From}\n"));
    }

    // A path or a name never holds one; a key that was put into the wrong place does, and so may the user part of a URL.
    private static string Mask(string value) =>
        value.Contains("nsec1", StringComparison.OrdinalIgnoreCase) ? "***"
        : Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? value.Replace(url.UserInfo, "***", StringComparison.Ordinal)
        : value;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
