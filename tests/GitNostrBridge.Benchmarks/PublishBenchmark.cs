using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>Events that are verified and committed, until the OK is read.</summary>
internal static class PublishBenchmark
{
    private const int Events = 4_000;

    /// <summary>How many events one core verifies in a second: the bound of what a server could take on one core if all else were free.</summary>
    public static Task<double> VerifyAsync()
    {
        var person = new Person();
        var events = Enumerable.Range(0, Events).Select(number => person.Sign(EventKinds.Comment, [], $"{number}")).ToArray();
        var verifier = new EventVerifier(Schnorr.Best);
        return Figure.PerSecondAsync("verified on one core", Events, _ =>
        {
            foreach (var nostrEvent in events)
            {
                verifier.Verify(nostrEvent);
            }

            return Task.CompletedTask;
        });
    }

    public static async Task<double> RunAsync(RunningServer server, int connections)
    {
        var person = new Person();
        var root = person.Sign(EventKinds.Issue, [], $"{connections}");
        await RelayBenchmarks.ServeAsync(server, [root]);
        var runs = Enumerable.Range(0, Figure.Runs + 1)
            .Select(run => Enumerable.Range(0, Events).Select(number => person.Sign(EventKinds.Comment, [new("e", root.Id.Hex)], $"{connections} {run} {number}")).ToArray())
            .ToArray();
        var relays = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => RawRelay.ConnectAsync(server)));
        var rate = await Figure.PerSecondAsync(
            $"verified and committed, {connections} connection(s), pipelined",
            Events,
            run => Task.WhenAll(relays.Select((relay, index) => Task.Run(() => SendAsync(relay, runs[run].Where((_, number) => number % connections == index).ToArray())))));
        foreach (var relay in relays)
        {
            await relay.DisposeAsync();
        }

        return rate;
    }

    private static async Task SendAsync(RawRelay relay, NostrEvent[] events)
    {
        var sending = Task.Run(async () =>
        {
            foreach (var nostrEvent in events)
            {
                await relay.SendEventAsync(nostrEvent);
            }
        });
        foreach (var nostrEvent in events)
        {
            var ok = await relay.NextTextAsync();
            if (ok is null || !ok.StartsWith($"[\"OK\",\"{nostrEvent.Id}\",true", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(ok);
            }
        }

        await sending;
    }
}
