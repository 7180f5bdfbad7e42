using System.Collections.Concurrent;
using System.Diagnostics;

namespace GitNostrBridge.Benchmarks;

/// <summary>What a load of requests saw.</summary>
/// <param name="PerSecond">Answers in a second.</param>
/// <param name="Median">Milliseconds to the end of an answer.</param>
/// <param name="P99">Milliseconds within which 99 of 100 answers ended.</param>
internal sealed record LoadResult(double PerSecond, double Median, double P99);

/// <summary>Sends the same few requests again and again over kept connections: by wrk where it is installed, else by HttpClient.</summary>
internal static class PollLoad
{
    /// <summary>What sends them.</summary>
    public static string Name => Wrk.Find() is null ? "HttpClient" : "wrk, one thread";

    /// <summary>Runs for some seconds on some connections; the requests go out in turn.</summary>
    /// <exception cref="InvalidOperationException">An answer was not 200, or a connection failed.</exception>
    public static Task<LoadResult> RunAsync(IReadOnlyList<GitRequest> requests, int connections, int seconds) =>
        Wrk.Find() is { } wrk ? Wrk.RunAsync(wrk, requests, connections, seconds) : RunWithHttpClientAsync(requests, connections, seconds);

    private static async Task<LoadResult> RunWithHttpClientAsync(IReadOnlyList<GitRequest> requests, int connections, int seconds)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpMessageInvoker(handler);
        var times = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            for (var next = connection; clock.Elapsed.TotalSeconds < seconds; next++)
            {
                var start = Stopwatch.GetTimestamp();
                using var message = requests[next % requests.Count].Message();
                using var response = await http.SendAsync(message, CancellationToken.None);
                await response.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }));
        var elapsed = clock.Elapsed.TotalSeconds;
        var sorted = times.Order().ToList();
        return new LoadResult(sorted.Count / elapsed, sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100]);
    }
}
