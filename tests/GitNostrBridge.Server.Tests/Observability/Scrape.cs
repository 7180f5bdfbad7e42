using System.Globalization;
using System.Text.RegularExpressions;

namespace GitNostrBridge.Server.Tests;

/// <summary>What `/metrics` says at one moment: series such as `name{label="value"}` with their values.</summary>
internal sealed partial class Scrape
{
    private const string Ours = "gitnostrbridge_";

    private readonly Dictionary<string, double> _series;

    private Scrape(Dictionary<string, double> series) => _series = series;

    /// <summary>All series.</summary>
    public IReadOnlyDictionary<string, double> Series => _series;

    /// <summary>Asks a server.</summary>
    public static async Task<Scrape> OfAsync(Uri server)
    {
        using var client = new HttpClient();
        return Parse(await client.GetStringAsync(new Uri(server, "/metrics"), TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// What of ours has changed since another scrape, without what depends on time and sizes (sums and buckets of histograms, bytes, ages), on
    /// which writes share a commit, on what is planned for later, and on how often git itself has to be asked.
    /// </summary>
    public SortedDictionary<string, double> Since(Scrape before)
    {
        var changes = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in _series.Where(series => series.Key.StartsWith(Ours, StringComparison.Ordinal) && !Varies().IsMatch(series.Key)))
        {
            if (value - before._series.GetValueOrDefault(name) is not 0 and var change)
            {
                changes.Add(name[Ours.Length..], change);
            }
        }

        return changes;
    }

    private static Scrape Parse(string text) => new(text.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => (Name: Scope().Replace(line[..line.LastIndexOf(' ')], "").Replace("{}", "", StringComparison.Ordinal), Value: line[(line.LastIndexOf(' ') + 1)..]))
        .ToDictionary(series => series.Name, series => double.Parse(series.Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex("_(bucket|sum|bytes_total|bytes|oldest_seconds|queue)(\\{|$)|store_(batch|commit)|git_process_|pool=\"refs\"")]
    private static partial Regex Varies();

    [GeneratedRegex("otel_scope_name=\"[^\"]*\",?")]
    private static partial Regex Scope();
}
