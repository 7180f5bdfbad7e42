using System.Diagnostics;
using System.Security.Cryptography;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>How much memory and CPU a push and a clone of a small and of a large pack take: the server's process, and its whole tree.</summary>
internal static class MemoryComparison
{
    private const int FileMegabytes = 10;

    public static async Task RunAsync(bool isQuick)
    {
        Figure.Title("memory: resident is the server's own process, proportional the whole tree with its git children");
        foreach (var megabytes in isQuick ? [10, 40] : new[] { 50, 400 })
        {
            await MeasureAsync(megabytes);
        }
    }

    private static async Task MeasureAsync(int megabytes)
    {
        await using var stage = await Stage.StartAsync();
        var work = await WorkRepository.CreateAsync(stage.Folder);
        await work.OkAsync("config", "core.compression", "0");
        for (var part = 0; part < megabytes / FileMegabytes; part++)
        {
            await File.WriteAllBytesAsync(Path.Combine(work.Path, $"part-{part}.bin"), RandomNumberGenerator.GetBytes(FileMegabytes << 20));
        }

        await work.CommitAsync();
        await stage.AnnounceAsync("large");
        await stage.SignAsync("large", work.Path);
        var bare = Directory.CreateDirectory(stage.Folder.Sub("baseline", "large.git")).FullName;
        await stage.Git.OkAsync(bare, "init", "--quiet", "--bare");
        await stage.Git.OkAsync(bare, "config", "http.receivepack", "true");
        await MeasureAsync(stage, work, $"ours, {megabytes} MB", [stage.Ours.Id], stage.UrlOf("large", isBaseline: false));
        await MeasureAsync(stage, work, $"baseline, {megabytes} MB", stage.Baseline.Roots, new Uri(stage.Baseline.Address, "baseline/large.git"));
    }

    private static async Task MeasureAsync(Stage stage, WorkRepository work, string name, IReadOnlyList<int> roots, Uri url)
    {
        var tree = new ProcessTree(roots);
        Figure.Line($"{name}: idle", $"resident {tree.PeakResidentBytes() / 1e6,7:N0} MB, proportional {tree.ProportionalBytes() / 1e6,7:N0} MB");
        await StepAsync($"{name}: push", () => work.OkAsync("push", "--quiet", url.AbsoluteUri, "main"));
        await StepAsync($"{name}: clone", () => work.Git.OkAsync(stage.Folder.Path, "clone", "--quiet", "--bare", url.AbsoluteUri, $"clone-{url.Port}"));

        async Task StepAsync(string step, Func<Task> run)
        {
            var (own, all, clock) = (tree.CpuSeconds(), new CpuClock(), Stopwatch.StartNew());
            var peak = await tree.PeakProportionalBytesAsync(run);
            var seconds = clock.Elapsed.TotalSeconds;
            Figure.Line(
                step,
                $"resident {tree.PeakResidentBytes() / 1e6,7:N0} MB, proportional {peak / 1e6,7:N0} MB, {seconds,6:N1} s, "
                + $"CPU {tree.CpuSeconds() - own,6:N2} s of the tree (waited for), {all.Seconds(),6:N2} s of the machine");
        }
    }
}
