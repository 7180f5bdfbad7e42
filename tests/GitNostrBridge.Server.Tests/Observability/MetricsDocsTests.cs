using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>docs/operations.md and the dashboard tell every metric, and nothing else.</summary>
public sealed partial class MetricsDocsTests
{
    [Fact]
    public async Task The_table_has_a_row_for_each_metric_and_no_other()
    {
        var rows = SourceTree.Read("docs/operations.md").Split('\n')
            .Where(line => line.StartsWith("| gitnostrbridge_", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim());
        Assert.Equal(await NamesAsync(), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_dashboard_shows_each_metric_and_no_other()
    {
        var shown = Expressions().SelectMany(expression => Ours().Matches(expression)).Select(match => HistogramPart().Replace(match.Value, "")).Distinct();
        Assert.Equal(await NamesAsync(), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_dashboard_shows_of_the_runtime_what_there_is()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"));
        var there = (await Scrape.OfAsync(server.Address)).Series.Keys.Select(series => series.Split('{')[0]).ToHashSet();
        var shown = Expressions().SelectMany(expression => OfRuntime().Matches(expression)).Select(match => match.Value).ToList();
        Assert.NotEmpty(shown);
        Assert.Empty(shown.Except(there));
    }

    [Theory]
    [InlineData("/", "true", 200)]
    [InlineData("/below", "true", 200)]
    [InlineData("/", "false", 404)]
    public async Task They_are_below_the_base_path_unless_switched_off(string basePath, string enabled, int status)
    {
        await using var server = RunningServer.Start(("Grasp:BasePath", basePath), ("Metrics:Enabled", enabled));
        var answer = await RawRequest.SendAsync(server, "GET", $"{basePath.TrimEnd('/')}/metrics");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Body.Contains("gitnostrbridge_disk_free_bytes", StringComparison.Ordinal));
    }

    // As Prometheus spells them: see "Prometheus compatibility" of the OpenTelemetry specification.
    private static async Task<IEnumerable<string>> NamesAsync()
    {
        await using var server = RunningServer.Start();
        var ours = server.Services.GetRequiredService<Meter>();
        var ofParts = server.Services.GetRequiredService<IMeterFactory>().Create(ours.Name);
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == ours || instrument.Meter == ofParts)
                {
                    names.Add(NameOf(instrument));
                }
            },
        };
        listener.Start();
        Assert.NotEmpty(names);
        return names.Order(StringComparer.Ordinal);
    }

    private static string NameOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return instrument.Name.Replace('.', '_') + unit + (type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "_total" : "");
    }

    private static List<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(SourceTree.Read("deploy/grafana-dashboard.json"));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    [GeneratedRegex("gitnostrbridge_[a-z_]+")]
    private static partial Regex Ours();

    [GeneratedRegex("dotnet_[a-z_]+")]
    private static partial Regex OfRuntime();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
