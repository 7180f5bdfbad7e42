using System.Text.Json;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Lists and limits change while the server runs; what is not usable changes nothing.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_hangup_signal_reads_lists_and_limits_again_and_says_what_changed()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("run"));
        await WriteAsync(folder, """{ "Limits": { "EventsPerFilter": 11, "Pushes": 3 } }""");
        await using var server = await ChildServer.ListenAsync(folder.Sub("run"), new Dictionary<string, string>(), "--Urls=http://127.0.0.1:0");
        Assert.Equal(11, await MostEventsAsync(server));

        await WriteAsync(folder, """{ "Limits": { "EventsPerFilter": 22, "Pushes": 4 } }""");
        await server.SignalAsync("HUP");
        await server.LineAsync("Limits:EventsPerFilter was `11`, is now `22`");
        await server.LineAsync("Limits:Pushes was `3`; `4` counts from the next start");
        Assert.Equal(22, await MostEventsAsync(server));
    }

    [Theory]
    [InlineData("""{ "Limits": { "EventsPerFilter": 0 } }""", "Limits:EventsPerFilter is `0` (appsettings.json); expected")]
    [InlineData("""{ "Limits": { "EventsPerFiltre": 9 } }""", "Limits:EventsPerFiltre (appsettings.json) is no setting")]
    [InlineData("""{ "Limits": { """, "the former ones stay")]
    public async Task A_file_that_is_not_usable_changes_nothing(string json, string told)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("run"));
        await WriteAsync(folder, """{ "Limits": { "EventsPerFilter": 11 } }""");
        await using var server = await ChildServer.ListenAsync(folder.Sub("run"), new Dictionary<string, string>(), "--Urls=http://127.0.0.1:0");
        await WriteAsync(folder, json);
        Assert.Contains("are not used", await server.LineAsync(told), StringComparison.Ordinal);
        Assert.Equal(11, await MostEventsAsync(server));

        await WriteAsync(folder, """{ "Limits": { "EventsPerFilter": 33 } }""");
        await server.LineAsync("Limits:EventsPerFilter was `11`, is now `33`");
        Assert.Equal(33, await MostEventsAsync(server));
    }

    // In one step, as an operator's tool would.
    private static async Task WriteAsync(TestFolder folder, string json)
    {
        await File.WriteAllTextAsync(folder.Sub("fresh.json"), json);
        File.Move(folder.Sub("fresh.json"), folder.Sub("run", "appsettings.json"), overwrite: true);
    }

    private static async Task<int> MostEventsAsync(ChildServer server)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.ParseAdd("application/nostr+json");
        using var json = JsonDocument.Parse(await http.GetStringAsync(server.Address));
        return json.RootElement.GetProperty("limitation").GetProperty("max_limit").GetInt32();
    }
}
