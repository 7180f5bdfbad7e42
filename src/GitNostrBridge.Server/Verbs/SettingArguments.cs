namespace GitNostrBridge.Server;

/// <summary>Tells the settings on a command line (`--Section:Key=value`, `--Urls=value`) from a verb's own words.</summary>
internal static class SettingArguments
{
    /// <summary>Both, each in order; a setting may also have its value in the next argument.</summary>
    public static (string[] Words, string[] Settings) Split(IReadOnlyList<string> arguments)
    {
        var (words, settings) = (new List<string>(), new List<string>());
        for (var index = 0; index < arguments.Count; index++)
        {
            if (!IsSetting(arguments[index]))
            {
                words.Add(arguments[index]);
                continue;
            }

            settings.Add(arguments[index]);
            if (!arguments[index].Contains('=', StringComparison.Ordinal) && index + 1 < arguments.Count)
            {
                settings.Add(arguments[++index]);
            }
        }

        return ([.. words], [.. settings]);
    }

    // Options of verbs begin with a small letter, sections with a capital one.
    private static bool IsSetting(string argument)
    {
        var key = argument.Split('=', 2)[0];
        return key.Length > 3
            && key.StartsWith("--", StringComparison.Ordinal)
            && char.IsAsciiLetterUpper(key[2])
            && (key.Contains(':', StringComparison.Ordinal) || key == "--Urls");
    }
}
