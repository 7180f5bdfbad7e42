using System.CommandLine;

namespace GitNostrBridge.Server;

/// <summary>A word in a verb's place that is no verb: told alike whether help was asked for or not, for a script must not take help for success.</summary>
internal static class UnknownVerb
{
    /// <summary>What is wrong with the verb, in words; null when it is known.</summary>
    public static string? In(Command root, IReadOnlyList<string> words)
    {
        var (command, path) = (root, root.Name);
        foreach (var word in words)
        {
            if (command.Subcommands.Count == 0 || word.StartsWith('-'))
            {
                return null;
            }

            if (command.Subcommands.FirstOrDefault(known => known.Name == word) is not { } next)
            {
                // What looks like a secret key is not repeated.
                var hint = NearestName.Hint(word, command.Subcommands.Select(known => known.Name), $"`{path} --help` lists them all");
                return $"{(word.Contains("nsec1", StringComparison.OrdinalIgnoreCase) ? "That" : $"`{word}`")} is no verb of `{path}`; {hint}";
            }

            (command, path) = (next, $"{path} {next.Name}");
        }

        return null;
    }
}
