using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>A push and clones of a pack of random data through the server: its peak memory, and how soon a clone's answer begins.</summary>
public static class GitBenchmark
{
    private const int Runs = 5;

    private const int FileMegabytes = 64;

    private const string Domain = "grasp.example";

    /// <summary>Needs about five times the pack's size in the temporary folder.</summary>
    public static async Task RunAsync(int megabytes)
    {
        using var folder = new TestFolder();
        var work = await WorkRepository.CreateAsync(folder);
        await FillAsync(work, megabytes);
        var owner = new Person();
        await using var server = await ServerProcess.StartAsync(folder.Sub("data"), $"--Grasp:Domain={Domain}");
        await using var relay = await server.ConnectAsync();
        var here = new ServiceAddress("http", Domain, "/");
        await relay.PublishAsync(owner.Announce(here, "project"));
        await relay.PublishAsync(owner.State("project", await work.RefsAsync()));
        var url = $"{server.Address}{owner.Npub}/project.git";
        Console.WriteLine($"pack of {megabytes} MB; server's peak resident memory: {PeakMegabytes(server.Id)} MB idle");

        var push = Stopwatch.StartNew();
        await work.OkAsync("push", "--quiet", url, "main");
        Console.WriteLine($"push   {push.Elapsed.TotalSeconds:f1} s; peak {PeakMegabytes(server.Id)} MB");

        var clone = Stopwatch.StartNew();
        await work.Git.OkAsync(folder.Path, "clone", "--quiet", "--bare", url, "clone");
        Console.WriteLine($"clone  {clone.Elapsed.TotalSeconds:f1} s; peak {PeakMegabytes(server.Id)} MB");

        var repository = folder.Sub("data", "git", owner.Npub, "project.git");
        var want = GitFirstByte.CloneRequest(await work.OkAsync("rev-parse", "main"));
        var direct = new List<double>();
        var served = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            direct.Add(await GitFirstByte.OfGitAsync(repository, want));
            served.Add(await GitFirstByte.OfServerAsync(new Uri($"{url}/git-upload-pack"), want));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first byte of a clone's answer, median of {Runs}: git upload-pack itself {Median(direct):f1} ms, this server {Median(served):f1} ms"));
        Console.WriteLine($"peak {PeakMegabytes(server.Id)} MB in the end");
    }

    /// <summary>Commits files of random data, which packs quickly and as large as it is.</summary>
    internal static async Task FillAsync(WorkRepository work, int megabytes)
    {
        // Random data cannot be compressed, so none of it is tried: the pack is as large as its files.
        await work.OkAsync("config", "core.compression", "0");
        await work.OkAsync("config", "core.bigFileThreshold", "1m");
        for (var rest = megabytes; rest > 0; rest -= FileMegabytes)
        {
            var bytes = RandomNumberGenerator.GetBytes(Math.Min(rest, FileMegabytes) << 20);
            await File.WriteAllBytesAsync(Path.Combine(work.Path, $"random-{rest}.bin"), bytes);
        }

        await work.CommitAsync();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
