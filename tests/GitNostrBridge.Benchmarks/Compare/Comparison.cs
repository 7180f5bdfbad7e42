using System.Runtime.InteropServices;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>This server beside nginx, fcgiwrap and git-http-backend: all parts, or those that are named. See docs/performance.md.</summary>
internal static class Comparison
{
    private const string Quick = "--quick";

    private const double QuietEnough = 0.1;

    private static readonly Dictionary<string, Func<bool, Task>> Parts = new()
    {
        ["polls"] = PollComparison.RunAsync,
        ["clones"] = CloneComparison.RunAsync,
        ["pushes"] = PushComparison.RunAsync,
        ["memory"] = MemoryComparison.RunAsync,
        ["scale"] = ScaleComparison.RunAsync,
    };

    /// <summary>Runs the parts named, or all; `--quick` gives less exact figures in less than two minutes.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var isQuick = arguments.Contains(Quick);
        var named = arguments.Where(argument => argument != Quick).ToList();
        if (named.FirstOrDefault(name => !Parts.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"compare has no part {unknown}; it has {string.Join(", ", Parts.Keys)}");
            return 1;
        }

        using (var folder = new TestFolder())
        {
            Console.WriteLine($"{Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:N0} GB, "
                + $"{await new TestGit(folder.Sub("home")).OkAsync(folder.Path, "--version")}, {RuntimeInformation.FrameworkDescription}");
        }

        Console.WriteLine($"ours is {Executable.Published ?? "what was built beside this program"}");
        Console.WriteLine("each round is baseline, ours, baseline; figures are medians (least to greatest); x: ours over baseline, pair by pair;");
        Console.WriteLine("noise: the baseline over itself; CPU is the machine's, without the load's own");
        var background = await CpuClock.BackgroundAsync();
        Console.WriteLine(background > QuietEnough
            ? $"the machine is {background:P0} busy with other things: trust the ratios, not the CPU figures"
            : $"the machine is quiet: {background:P0} busy with other things");
        foreach (var (name, part) in Parts)
        {
            if (named.Count == 0 || named.Contains(name))
            {
                await part(isQuick);
            }
        }

        return 0;
    }
}
