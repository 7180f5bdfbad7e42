using System.Diagnostics;
using System.Security.Cryptography;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>How long `git push` takes to each server. Ours has the signed state already: its time has the verification and the release in it.</summary>
internal static class PushComparison
{
    private const string Identifier = "pushed";

    public static async Task RunAsync(bool isQuick)
    {
        await using var stage = await Stage.StartAsync();
        var source = await GeneratedHistory.MakeAsync(stage.Folder, stage.Git, "source", branches: 50);
        await stage.HostAsync(Identifier, source);
        var baselines = new[] { await stage.CopyForBaselineAsync("first", source), await stage.CopyForBaselineAsync("second", source) };
        var work = await WorkRepository.CreateAsync(stage.Folder);
        await work.OkAsync("fetch", "--quiet", source, "+refs/heads/*:refs/heads/*", "--update-head-ok");
        await work.OkAsync("reset", "--quiet", "--hard");
        // What does not compress is not tried to be: the client's part stays small.
        await work.OkAsync("config", "core.compression", "0");
        await work.OkAsync("config", "core.bigFileThreshold", "1m");
        Figure.Title("pushes by git, to this server with verification and release");
        var large = isQuick ? 20 : 200;
        await TurnsAsync(stage, work, baselines, isQuick ? 5 : 20, "small push", () => work.CommitAsync());
        await TurnsAsync(stage, work, baselines, isQuick ? 2 : 5, $"push of {large} MB", async () =>
        {
            await File.WriteAllBytesAsync(Path.Combine(work.Path, "large.bin"), RandomNumberGenerator.GetBytes(large << 20));
            await work.CommitAsync();
        });
    }

    // Each commit goes to all three: the baseline's two repositories and ours.
    private static Task TurnsAsync(Stage stage, WorkRepository work, Uri[] baselines, int rounds, string name, Func<Task> commit) => Turns.RunAsync(
        rounds,
        name,
        which => PushAsync(work, baselines[which]),
        () => PushAsync(work, stage.UrlOf(Identifier, isBaseline: false)),
        async () =>
        {
            await commit();
            await stage.SignAsync(Identifier, work.Path);
        });

    private static async Task<IReadOnlyList<Slice>> PushAsync(WorkRepository work, Uri url)
    {
        var cpu = new CpuClock();
        var clock = Stopwatch.StartNew();
        await work.OkAsync("push", "--quiet", url.AbsoluteUri, "main");
        return [new("time", "ms", clock.Elapsed.TotalMilliseconds), new("CPU", "ms", cpu.Seconds() * 1e3)];
    }
}
