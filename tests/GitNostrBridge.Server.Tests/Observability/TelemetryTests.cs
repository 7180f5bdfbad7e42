using System.Text;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Traces and logs by OpenTelemetry, and log lines for programs; each server is a process of its own.</summary>
public sealed class TelemetryTests
{
    private const string TraceOfTheClient = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_collector_gets_the_steps_of_a_push_a_clone_an_event_and_a_batch_and_the_logs()
    {
        using var folder = new TestFolder();
        await using var collector = await FakeCollector.StartAsync();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), $"--Telemetry:OtlpEndpoint={collector.Address}");
        var here = new ServiceAddress("http", server.Address.Authority, "/");
        var (owner, work) = (new Person(), await WorkRepository.CreateAsync(folder));
        var url = here.CloneUrl(new RepositoryAddress(owner.Key, "project"));
        await using var relay = await server.ConnectAsync();
        await work.CommitAsync();
        await relay.PublishAsync(owner.Announce(here, "project"));
        await relay.PublishAsync(owner.State("project", await work.RefsAsync()));
        await work.OkAsync("-c", $"http.extraHeader=traceparent: 00-{TraceOfTheClient}-00f067aa0ba902b7-01", "push", url, "main");
        await work.OkAsync("clone", url, folder.Sub("clone"));

        foreach (var span in (string[])["push", "peek", "decide", "run", "gate", "refs", "fetch", "event", "commit"])
        {
            await collector.SpanAsync(span);
        }

        await collector.LogAsync("refs, 2 events released");
        Assert.False(collector.Holds(Convert.FromHexString(TraceOfTheClient)));
    }

    [Fact]
    public async Task A_fetch_from_another_server_is_a_trace_with_its_domain_and_without_its_address()
    {
        using var folder = new TestFolder();
        await using var collector = await FakeCollector.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            folder.Sub("data"), $"--Telemetry:OtlpEndpoint={collector.Address}", "--Logging:LogLevel:Default=Warning",
            "--GitSync:AllowHttp=true", "--GitSync:AllowPrivateAddresses=true", "--GitSync:UserEventDelay=00:00:00");
        await using var remote = await RemoteGitServer.StartAsync(folder);
        var here = new ServiceAddress("http", server.Address.Authority, "/");
        var (owner, work) = (new Person(), await WorkRepository.CreateAsync(folder));
        await work.CommitAsync();
        var elsewhere = await remote.TakeAsync(work, "project", "main:main");
        await using var relay = await server.ConnectAsync();
        await relay.PublishAsync(owner.Announce([here.CloneUrl(new RepositoryAddress(owner.Key, "project")), elsewhere], [here.RelayUrl], "project"));
        await relay.PublishAsync(owner.State("project", await work.RefsAsync()));

        foreach (var span in (string[])["probe", "bring", "gate", "outbound"])
        {
            await collector.SpanAsync(span);
        }

        Assert.True(collector.Holds(Encoding.UTF8.GetBytes(new Uri(remote.Origin).Authority)));
        Assert.True(collector.Holds("brought"u8));
        Assert.False(collector.Holds(Encoding.UTF8.GetBytes(elsewhere)));
        Assert.False(collector.Holds(Encoding.UTF8.GetBytes(owner.Npub)));
    }

    [Fact]
    public async Task Log_lines_are_objects_when_they_are_asked_for()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), "--Logging:Format=json");
        var line = await server.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
        using var json = System.Text.Json.JsonDocument.Parse(line);
        Assert.Equal("Information", json.RootElement.GetProperty("LogLevel").GetString());
        Assert.EndsWith("Z", json.RootElement.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
    }
}
