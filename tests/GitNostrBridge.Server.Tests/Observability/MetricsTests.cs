using System.Collections.Frozen;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>`/metrics` of a server in a process of its own: those of this process's other tests would count too.</summary>
public sealed class MetricsTests
{
    private const string Identifier = "project";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_thing_that_happens_is_counted_where_it_belongs_and_no_more()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), "--Limits:Connections=2", "--Logging:LogLevel:Default=Warning");
        var here = new ServiceAddress("http", server.Address.Authority, "/");
        var (owner, work) = (new Person(), await WorkRepository.CreateAsync(folder));
        var url = here.CloneUrl(new RepositoryAddress(owner.Key, Identifier));
        await using var relay = await server.ConnectAsync();
        var before = await Scrape.OfAsync(server.Address);

        var announcement = owner.Announce(here, Identifier);
        await work.CommitAsync();
        await relay.PublishAsync(announcement);
        Assert.NotEqual(0, (await work.RunAsync("push", url, "main")).Code);
        await relay.PublishAsync(owner.State(Identifier, await work.RefsAsync()));
        await work.OkAsync("push", url, "main");
        await work.OkAsync("clone", url, folder.Sub("clone"));
        Assert.True((await relay.PublishAsync(announcement)).Accepted);
        Assert.False((await relay.PublishAsync(Forged(announcement))).Accepted);
        Assert.False((await relay.PublishAsync(new Person().Sign(EventKinds.Issue, [], "of nothing here"))).Accepted);
        Assert.True(await relay.IsServedAsync(announcement));
        await using var second = await server.ConnectAsync();
        await using var subscription = await second.SubscribeAsync(new Filter { Kinds = FrozenSet.Create(EventKinds.Issue) });
        await RefusedConnectionAsync(server.Address);

        await AssertChangesAsync(server.Address, before, Expected);
        var after = (await Scrape.OfAsync(server.Address)).Series;
        foreach (var running in (string[])["git_processes", "git_slots_taken{pool=\"push\"}", "git_queue_waiting{pool=\"push\"}", "git_slots_taken{pool=\"fetch\"}"])
        {
            Assert.Equal(0, after[$"gitnostrbridge_{running}"]);
        }

        Assert.Equal(after["gitnostrbridge_store_batch_size_count"], after["gitnostrbridge_store_commit_duration_seconds_count{outcome=\"committed\"}"]);
        Assert.True(after["gitnostrbridge_git_process_duration_seconds_count{command=\"receive-pack\",outcome=\"ok\"}"] >= 1);
        foreach (var sized in (string[])["git_received_bytes_total{service=\"receive-pack\"}", "git_sent_bytes_total{service=\"upload-pack\"}", "disk_free_bytes"])
        {
            Assert.True(after[$"gitnostrbridge_{sized}"] > 100, sized);
        }

        Assert.DoesNotContain(after.Keys, series =>
            series.Contains("npub", StringComparison.Ordinal) || series.Contains(Identifier, StringComparison.Ordinal) || series.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    // Everything that does not depend on time, on sizes, or on which writes happen to share a commit.
    private static readonly Dictionary<string, double> Expected = new()
    {
        ["pushes_total{outcome=\"refused\"}"] = 1,
        ["pushes_total{outcome=\"authorised\"}"] = 1,
        ["git_requests_total{outcome=\"answered\",protocol=\"0\",service=\"receive-pack\",step=\"refs\"}"] = 2,
        ["git_requests_total{outcome=\"refused\",protocol=\"0\",service=\"receive-pack\",step=\"pack\"}"] = 1,
        ["git_requests_total{outcome=\"answered\",protocol=\"0\",service=\"receive-pack\",step=\"pack\"}"] = 1,
        ["git_requests_total{outcome=\"answered\",protocol=\"2\",service=\"upload-pack\",step=\"refs\"}"] = 1,
        ["git_requests_total{outcome=\"answered\",protocol=\"2\",service=\"upload-pack\",step=\"pack\"}"] = 2,
        ["git_request_duration_seconds_count{outcome=\"answered\",service=\"receive-pack\",step=\"refs\"}"] = 2,
        ["git_request_duration_seconds_count{outcome=\"refused\",service=\"receive-pack\",step=\"pack\"}"] = 1,
        ["git_request_duration_seconds_count{outcome=\"answered\",service=\"receive-pack\",step=\"pack\"}"] = 1,
        ["git_request_duration_seconds_count{outcome=\"answered\",service=\"upload-pack\",step=\"refs\"}"] = 1,
        ["git_request_duration_seconds_count{outcome=\"answered\",service=\"upload-pack\",step=\"pack\"}"] = 2,
        ["clone_answers_total{from=\"git\"}"] = 1,
        ["git_queue_duration_seconds_count{outcome=\"served\",pool=\"push\"}"] = 1,
        ["git_queue_duration_seconds_count{outcome=\"served\",pool=\"fetch\"}"] = 1,
        ["maintenance_runs_total{outcome=\"done\",work=\"none\"}"] = 1,
        ["maintenance_duration_seconds_count{outcome=\"done\",work=\"none\"}"] = 1,
        ["relay_connections"] = 1,
        ["relay_connections_refused_total"] = 1,
        ["relay_subscriptions"] = 1,
        ["relay_messages_total{type=\"EVENT\"}"] = 5,
        ["relay_messages_total{type=\"REQ\"}"] = 2,
        ["relay_messages_total{type=\"CLOSE\"}"] = 1,
        ["events_total{kind=\"announcement\",outcome=\"held\"}"] = 1,
        ["events_total{kind=\"announcement\",outcome=\"duplicate\"}"] = 1,
        ["events_total{kind=\"announcement\",outcome=\"turned_away\"}"] = 1,
        ["events_total{kind=\"state\",outcome=\"held\"}"] = 1,
        ["events_total{kind=\"discussion\",outcome=\"refused\"}"] = 1,
        ["event_admission_duration_seconds_count{kind=\"announcement\"}"] = 2,
        ["event_admission_duration_seconds_count{kind=\"state\"}"] = 1,
        ["event_admission_duration_seconds_count{kind=\"discussion\"}"] = 1,
        ["store_events{state=\"served\"}"] = 2,
        ["purgatory_released_total{cause=\"push\",kind=\"announcement\"}"] = 1,
        ["purgatory_released_total{cause=\"push\",kind=\"state\"}"] = 1,
    };

    private static NostrEvent Forged(NostrEvent genuine) =>
        new(genuine.Id, genuine.Author, genuine.CreatedAt, genuine.Kind, genuine.Tags, genuine.Content, new string('0', 128));

    private static async Task RefusedConnectionAsync(Uri server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.Contains("503", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Lines(IEnumerable<KeyValuePair<string, double>> changes) =>
        string.Join('\n', changes.Select(change => string.Create(CultureInfo.InvariantCulture, $"{change.Key} {change.Value}")).Order(StringComparer.Ordinal));

    // Some of it is counted just after the client has its answer.
    private static async Task AssertChangesAsync(Uri server, Scrape before, Dictionary<string, double> expected)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        var changes = new SortedDictionary<string, double>();
        while (TimeProvider.System.GetUtcNow() < until)
        {
            changes = (await Scrape.OfAsync(server)).Since(before);
            if (expected.All(pair => changes.GetValueOrDefault(pair.Key) == pair.Value))
            {
                break;
            }
        }

        var (wanted, got) = (Lines(expected), Lines(changes));
        Assert.True(wanted == got, $"expected:\n{wanted}\n\ngot:\n{got}");
    }
}
