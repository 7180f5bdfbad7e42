using System.Diagnostics;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>One event to 1,000 live subscriptions on 100 connections: from the publisher's send to each subscriber's read.</summary>
internal static class FanOutBenchmark
{
    private const int Connections = 100;
    private const int SubscriptionsEach = 10;
    private const int Events = 50;

    public static async Task RunAsync(RunningServer server)
    {
        var person = new Person();
        var root = person.Sign(EventKinds.Issue, []);
        await RelayBenchmarks.ServeAsync(server, [root]);
        var listeners = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ListenAsync(server, root)));
        await using var publisher = await RawRelay.ConnectAsync(server);
        var latencies = new List<double>();
        for (var number = 0; number < Events; number++)
        {
            var comment = person.Sign(EventKinds.Comment, [new("e", root.Id.Hex)], $"{number}");
            var start = Stopwatch.GetTimestamp();
            var heard = Task.WhenAll(listeners.Select(listener => HearAsync(listener, start)));
            await publisher.PublishAsync(comment);
            latencies.AddRange((await heard).SelectMany(some => some));
        }

        latencies.Sort();
        Figure.Line($"fan-out to {Connections * SubscriptionsEach} subscriptions, median", $"{latencies[latencies.Count / 2],12:N1} ms");
        Figure.Line($"fan-out to {Connections * SubscriptionsEach} subscriptions, p99", $"{latencies[latencies.Count * 99 / 100],12:N1} ms");
        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private static async Task<RawRelay> ListenAsync(RunningServer server, NostrEvent root)
    {
        var relay = await RawRelay.ConnectAsync(server);
        for (var number = 0; number < SubscriptionsEach; number++)
        {
            await relay.AskAsync($"[\"REQ\",\"{number}\",{{\"kinds\":[1111],\"#e\":[\"{root.Id}\"],\"limit\":0}}]");
        }

        return relay;
    }

    private static async Task<double[]> HearAsync(RawRelay relay, long start)
    {
        var latencies = new double[SubscriptionsEach];
        for (var number = 0; number < SubscriptionsEach; number++)
        {
            await relay.NextTextAsync();
            latencies[number] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return latencies;
    }
}
