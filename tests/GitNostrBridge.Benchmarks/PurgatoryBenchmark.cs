using System.Diagnostics;
using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.Server;
using GitNostrBridge.Storage;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Benchmarks;

/// <summary>What it costs that ten thousand events wait, and how soon a push releases one more to a live subscriber.</summary>
internal static class PurgatoryBenchmark
{
    private const int Waiting = 10_000;

    private const int Ticks = 1_000;

    private const int Pushes = 100;

    private const int WarmUp = 10;

    private const string Domain = "grasp.example";

    public static async Task RunAsync()
    {
        using var folder = new TestFolder();
        await WaitAsync(folder.Sub("data", "relay"));
        Queue();
        await TicksAsync(folder);
        await ReleasesAsync(folder);
    }

    // Announcements whose repositories have been removed already: nothing on the disk but the database.
    private static async Task WaitAsync(string relay)
    {
        var here = new ServiceAddress("http", Domain, "/");
        var people = Enumerable.Range(0, Waiting / 100).Select(_ => new Person()).ToArray();
        await using (var store = await SqliteEventStore.OpenAsync(relay, CancellationToken.None))
        {
            var now = DateTimeOffset.UtcNow;
            await Parallel.ForEachAsync(Enumerable.Range(0, Waiting), new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (number, cancellationToken) =>
            {
                var identifier = string.Create(CultureInfo.InvariantCulture, $"project-{number}");
                var announcement = people[number % people.Length].Announce(here, identifier);
                await store.HoldAsync(new HeldEvent(announcement, identifier, ReplacesOlder: true, now, now.AddDays(1)), cancellationToken);
            });
        }

        var bytes = new FileInfo(Path.Combine(relay, "events.sqlite")).Length;
        Figure.Title($"{Waiting:N0} events wait, each for an identifier of its own");
        Figure.Line("on disk, per waiting event", $"{bytes / (double)Waiting:N0} bytes");
    }

    private static void Queue()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var queue = new FetchQueue(TimeProvider.System, new FetchBackoff(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2)));
        for (var number = 0; number < Waiting; number++)
        {
            queue.Schedule(string.Create(CultureInfo.InvariantCulture, $"project-{number}"), TimeSpan.FromHours(1));
        }

        Figure.Line("in memory, per waiting identifier (the fetch queue)", $"{(GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Waiting:N0} bytes");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Figure.Print("the fetch queue's tick with nothing ready", "ms", Enumerable.Range(0, Ticks).Select(_ =>
        {
            var clock = Stopwatch.StartNew();
            Trace.Assert(queue.NextAsync(stopped.Token).IsCanceled || queue.Count == Waiting);
            return clock.Elapsed.TotalMilliseconds;
        }));
    }

    private static async Task TicksAsync(TestFolder folder)
    {
        await using var server = RunningServer.StartOn(folder, TimeProvider.System, ("Grasp:Domain", Domain), ("GitSync:Enabled", "false"), ("Purgatory:SweepInterval", "1.00:00:00"));
        var expiry = server.Services.GetRequiredService<PurgatoryExpiry>();
        await server.Services.GetRequiredService<PurgatoryGate>().ProcessAllAsync((_, _) => { }, CancellationToken.None);
        await expiry.SweepAsync(CancellationToken.None);
        var ticks = new List<double>();
        for (var tick = 0; tick < Ticks; tick++)
        {
            var clock = Stopwatch.StartNew();
            await expiry.SweepAsync(CancellationToken.None);
            ticks.Add(clock.Elapsed.TotalMilliseconds);
        }

        Figure.Print("the expiry's tick with nothing overdue", "ms", ticks);
    }

    private static async Task ReleasesAsync(TestFolder folder)
    {
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), $"--Grasp:Domain={Domain}", "--Maintenance:PacksBeforeTidy=1000000");
        await using var relay = await server.ConnectAsync();
        await IdleAsync(server.Id);
        var owner = new Person();
        var scene = new ReleaseScene(server, relay, owner, await WorkRepository.CreateAsync(folder), folder);
        await scene.AnnounceAsync(new ServiceAddress("http", Domain, "/"));
        var releases = new List<PushTimes>();
        for (var push = 0; push < Pushes + WarmUp; push++)
        {
            releases.Add(await scene.PushAsync());
        }

        releases.RemoveRange(0, WarmUp);
        Figure.Title($"{Pushes} pushes of one small commit each, while {Waiting:N0} other events wait");
        Figure.Print("the pack's last byte is sent -> EVENT at a live subscriber", "ms", releases.Select(times => times.ToEvent));
        Figure.Print("git has moved the ref -> EVENT at a live subscriber", "ms", releases.Select(times => times.FromRefToEvent));
        Figure.Print("git receive-pack alone: the pack's last byte -> its end", "ms", releases.Select(times => times.GitAlone));
    }

    // At its start the server looks at all that waits.
    private static async Task IdleAsync(int process)
    {
        static long Ticks(int process) => File.ReadAllText($"/proc/{process}/stat").Split(' ').Skip(13).Take(2).Sum(value => long.Parse(value, CultureInfo.InvariantCulture));

        for (var (before, now) = (0L, Ticks(process)); now - before > 3; (before, now) = (now, Ticks(process)))
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }
}
