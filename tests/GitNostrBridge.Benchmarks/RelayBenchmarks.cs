using System.Globalization;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Benchmarks;

/// <summary>The relay under load over real sockets, client and server on the same machine. Prints; asserts nothing.</summary>
internal static class RelayBenchmarks
{
    public static async Task RunAsync()
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, {Environment.OSVersion}, .NET {Environment.Version}, signatures by {Schnorr.Best.Name}");
        Console.WriteLine($"medians of {Figure.Runs} runs (least to greatest); load and server share the machine");
        await using (var server = RunningServer.Start(("Limits:EventsPerMinute", "100000000")))
        {
            var verify = await PublishBenchmark.VerifyAsync();
            foreach (var connections in new[] { 1, 8 })
            {
                var rate = await PublishBenchmark.RunAsync(server, connections);
                Figure.Line($"  divided by the verify rate of one core", string.Create(CultureInfo.InvariantCulture, $"{rate / verify,12:P0}"));
            }
        }

        await using (var server = RunningServer.Start())
        {
            await QueryBenchmark.RunAsync(server);
        }

        await using (var server = RunningServer.Start())
        {
            await FanOutBenchmark.RunAsync(server);
        }

    }

    /// <summary>Makes events served without the relay's rules.</summary>
    public static async Task ServeAsync(RunningServer server, IEnumerable<NostrEvent> events)
    {
        var publisher = server.Services.GetRequiredService<EventPublisher>();
        foreach (var batch in events.Chunk(500))
        {
            await Task.WhenAll(batch.Select(nostrEvent => publisher.PublishAsync(nostrEvent, CancellationToken.None)));
        }
    }
}
