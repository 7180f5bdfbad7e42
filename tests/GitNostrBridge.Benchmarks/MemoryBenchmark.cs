using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>A push of 200 MB and a clone of it: how much memory the server's process takes at its peak.</summary>
internal static class MemoryBenchmark
{
    private const int Megabytes = 200;

    private const int Runs = 3;

    public static async Task RunAsync()
    {
        Console.WriteLine($"push and clone of {Megabytes} MB that do not compress; resident memory of the server's process, {Runs} runs");
        var peaks = new List<long>();
        for (var run = 1; run <= Runs; run++)
        {
            peaks.Add(await MeasureAsync(run));
        }

        peaks.Sort();
        Console.WriteLine($"peak: median {peaks[Runs / 2]} MB, {peaks[0]} to {peaks[^1]} MB");
    }

    private static async Task<long> MeasureAsync(int run)
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), "--Grasp:Domain=grasp.example");
        var idle = ResidentMegabytes(server, "VmRSS");
        var work = await WorkRepository.CreateAsync(folder);
        await FillAsync(work);
        await work.CommitAsync();

        var owner = new Person();
        await using var relay = await server.ConnectAsync();
        await MustAcceptAsync(relay, owner.Announce(new ServiceAddress("http", "grasp.example", "/"), "large"));
        await MustAcceptAsync(relay, owner.State("large", await work.RefsAsync()));
        var url = $"{server.Address}{owner.Npub}/large.git";

        var push = await TimeAsync(() => work.OkAsync("push", "--quiet", url, "main"));
        var afterPush = ResidentMegabytes(server, "VmHWM");
        var clone = await TimeAsync(() => work.Git.OkAsync(folder.Path, "clone", "--quiet", "--bare", url, "clone"));
        var peak = ResidentMegabytes(server, "VmHWM");
        Console.WriteLine($"run {run}: idle {idle} MB, peak after the push {afterPush} MB, after the clone {peak} MB; push {push:F1} s, clone {clone:F1} s");
        return peak;
    }

    private static async Task FillAsync(WorkRepository work)
    {
        for (var part = 0; part < 10; part++)
        {
            await File.WriteAllBytesAsync(Path.Combine(work.Path, $"part-{part}.bin"), RandomNumberGenerator.GetBytes(Megabytes / 10 * 1024 * 1024));
        }
    }

    private static async Task MustAcceptAsync(TestRelay relay, NostrEvent nostrEvent)
    {
        var reply = await relay.PublishAsync(nostrEvent);
        if (!reply.Accepted)
        {
            throw new InvalidOperationException(reply.Text);
        }
    }

    private static async Task<double> TimeAsync(Func<Task<string>> step)
    {
        var watch = Stopwatch.StartNew();
        await step();
        return watch.Elapsed.TotalSeconds;
    }

    private static long ResidentMegabytes(ServerProcess server, string field)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
