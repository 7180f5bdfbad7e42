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
        var rows = settings.All.Select(entry => (Text: $"{entry.Setting.Key} = {entry.Setting.Shown}", From: entry.Origin ?? "default"))
            .Append((Text: "(the relay's own key) = ***", From: settings.KeyOrigin)).ToList();
        var width = rows.Max(row => row.Text.Length);
        return string.Concat(rows.Select(row => $"{row.Text.PadRight(width)}  # {row.From}\n"));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
