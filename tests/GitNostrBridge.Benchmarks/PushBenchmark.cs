using System.Collections.Concurrent;
using System.Diagnostics;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>Where the time of a small push goes: each step of the server's, the push as `git push` sees it, and git's own push to a folder.</summary>
internal static class PushBenchmark
{
    private const int Pushes = 30;

    // Of the server's traces; its gate has the keeping in it.
    private const string SourceName = "GitNostrBridge";

    private const string Identifier = "project";

    private static readonly string[] Steps = ["peek", "decide", "run", "keep", "gate"];

    public static async Task RunAsync()
    {
        var times = new ConcurrentDictionary<string, ConcurrentBag<double>>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = step => Note(step.OperationName, step.Duration.TotalMilliseconds),
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = RunningServer.Start();
        await using var relay = await server.ConnectAsync();
        var work = await WorkRepository.CreateAsync(server.Folder);
        await work.CommitAsync();
        for (var branch = 0; branch < 50; branch++)
        {
            await work.OkAsync("branch", $"branch-{branch}");
        }

        var owner = new Person();
        var url = server.CloneUrl(owner, Identifier);
        var folder = server.Folder.Sub("plain.git");
        await work.OkAsync("init", "--quiet", "--bare", folder);
        await relay.PublishAsync(owner.Announce(server.Here, Identifier));
        for (var push = 0; push <= Pushes; push++)
        {
            await relay.PublishAsync(owner.State(Identifier, await work.RefsAsync()));
            var ours = await TimeAsync(() => work.OkAsync("push", "--quiet", "--all", url));
            var plain = await TimeAsync(() => work.OkAsync("push", "--quiet", "--all", folder));
            if (push == 0)
            {
                times.Clear(); // the first one makes everything
            }
            else
            {
                Note("git push to this server", ours);
                Note("git push to a folder", plain);
            }

            await work.CommitAsync();
        }

        foreach (var name in Steps.Append("git push to this server").Append("git push to a folder"))
        {
            Figure.Print(name, "ms", times[name]);
        }

        void Note(string name, double milliseconds) => times.GetOrAdd(name, _ => []).Add(milliseconds);
    }

    private static async Task<double> TimeAsync(Func<Task> step)
    {
        var clock = Stopwatch.StartNew();
        await step();
        return clock.Elapsed.TotalMilliseconds;
    }
}
