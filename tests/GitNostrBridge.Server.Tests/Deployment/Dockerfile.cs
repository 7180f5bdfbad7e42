using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitNostrBridge.Server.Tests;

/// <summary>What the Dockerfile says about the container that runs.</summary>
internal sealed partial record Dockerfile(IReadOnlyList<string> EntryPoint, IReadOnlyList<string> HealthCheck, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Reads the one at the root, its paths and its port exchanged for those of a test.</summary>
    public static Dockerfile Read(string app, string data, int port)
    {
        var text = SourceTree.Read("Dockerfile").Replace("\\\n", "", StringComparison.Ordinal);
        text = text[text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        string Here(string word) => word.Replace("/app/", app + "/", StringComparison.Ordinal).Replace("/data/", data + "/", StringComparison.Ordinal)
            .Replace("http://0.0.0.0:7334", $"http://127.0.0.1:{port}", StringComparison.Ordinal);
        List<string> Words(Regex line) => [.. JsonSerializer.Deserialize<string[]>(line.Match(text).Groups[1].Value)!.Select(Here)];
        return new Dockerfile(
            Words(EntryPointLine()),
            Words(HealthCheckLine()),
            Setting().Matches(EnvironmentLine().Match(text).Value).ToDictionary(match => match.Groups[1].Value, match => Here(match.Groups[2].Value)));
    }

    [GeneratedRegex("^ENTRYPOINT (.*)$", RegexOptions.Multiline)]
    private static partial Regex EntryPointLine();

    [GeneratedRegex("^HEALTHCHECK .* CMD (.*)$", RegexOptions.Multiline)]
    private static partial Regex HealthCheckLine();

    [GeneratedRegex("^ENV .*$", RegexOptions.Multiline)]
    private static partial Regex EnvironmentLine();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Setting();
}
