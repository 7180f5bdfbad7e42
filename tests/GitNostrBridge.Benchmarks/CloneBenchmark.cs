using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>
/// Clones that are answered for the first time and again, of a repository as it was pushed and of a tidied one, against plain `git upload-pack`
/// on the same repository, one after the other in each round.
/// </summary>
internal static class CloneBenchmark
{
    private const int Rounds = 5;

    // Of all clients together in one measurement: CPU time is told in hundredths of a second.
    private const int Clones = 8;

    // Of data that does not compress.
    private const int RandomMegabytes = 200;

    private const double LeastGitCpu = 0.002;

    private const string Domain = "grasp.example";

    /// <summary>Needs a Linux with /proc. 2,500 commits are about 22,000 objects.</summary>
    public static async Task RunAsync(int commits)
    {
        using var folder = new TestFolder();
        var work = await WorkRepository.CreateAsync(folder);
        await SampleHistory.ImportAsync(work.Path, commits);
        var owner = new Person();
        var data = folder.Sub("data");
        await using var server = await ServerProcess.StartAsync(data, $"--Grasp:Domain={Domain}", "--Logging:LogLevel:Default=Warning");
        await using var relay = await server.ConnectAsync();
        await relay.PublishAsync(owner.Announce(new ServiceAddress("http", Domain, "/"), "project"));
        await relay.PublishAsync(owner.State("project", await work.RefsAsync()));
        await work.OkAsync("push", "--quiet", $"{server.Address}{owner.Npub}/project.git", "main");
        var hosted = Path.Combine(data, "git", owner.Npub, "project.git");
        var bench = new Bench(server, new Uri($"{server.Address}{owner.Npub}/project.git"), hosted, await work.OkAsync("rev-parse", "main"));
        Console.WriteLine($"{commits} commits, {await work.OkAsync("rev-list", "--count", "--objects", "main")} objects; medians of {Rounds} rounds");

        await UntidyAsync(hosted);
        await bench.CompareAsync("as pushed");
        var git = GitProcess.ForServer(folder.Sub("home"));
        var repository = new BareRepositories(Path.Combine(data, "git"), git).Find(owner.Npub, "project")!;
        await new RepositoryMaintenance(git).TidyAsync(repository, CancellationToken.None);
        await bench.CompareAsync("tidied");
        await RandomAsync(folder, data, server, relay, owner);
        Figure.Line("the server's peak memory", $"{ProcessCost.PeakMegabytes(server.Id)} MB");
    }

    private static async Task RandomAsync(TestFolder folder, string data, ServerProcess server, TestRelay relay, Person owner)
    {
        var work = await WorkRepository.CreateAsync(folder, "random");
        await GitBenchmark.FillAsync(work, RandomMegabytes);
        await relay.PublishAsync(owner.Announce(new ServiceAddress("http", Domain, "/"), "random"));
        await relay.PublishAsync(owner.State("random", await work.RefsAsync()));
        var url = $"{server.Address}{owner.Npub}/random.git";
        await work.OkAsync("push", "--quiet", url, "main");
        await new Bench(server, new Uri(url), Path.Combine(data, "git", owner.Npub, "random.git"), await work.OkAsync("rev-parse", "main")).ShareAsync($"{RandomMegabytes} MB that do not compress");
    }

    // The server tidies what was pushed at once; here that is waited for and undone, so that the pack is alone again.
    private static async Task UntidyAsync(string repository)
    {
        var graph = Path.Combine(repository, "objects", "info", "commit-graph");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!File.Exists(graph))
        {
            await Task.Delay(100, patience.Token);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(repository, "objects", "pack"), "multi-pack-index*").Append(graph))
        {
            File.Delete(file);
        }
    }

    private sealed class Bench(ServerProcess server, Uri url, string repository, string commit)
    {
        public async Task CompareAsync(string state)
        {
            foreach (var clients in (int[])[1, 8])
            {
                await OfServerAsync(RawClone.Request(commit), clients);
                await OfServerAsync(RawClone.Request(commit), clients);
                List<Measure> git = [], again = [], cold = [], repeated = [];
                for (var round = 0; round < Rounds; round++)
                {
                    git.Add(await OfGitAsync(clients));
                    cold.Add(await ColdAsync(clients));
                    repeated.Add(await OfServerAsync(RawClone.Request(commit), clients));
                    again.Add(await OfGitAsync(clients));
                }

                Console.WriteLine($"{state}, {clients} client{(clients == 1 ? "" : "s")}");
                var baseline = Measure.Median(git);
                Print("git upload-pack", baseline, baseline);
                Print("git upload-pack again (the noise)", Measure.Median(again), baseline);
                Print("this server, asked for the first time", Measure.Median(cold), baseline);
                Print("this server, asked for again", Measure.Median(repeated), baseline);
            }
        }

        /// <summary>What the server itself takes for clones that were not asked for before, one after the other.</summary>
        public async Task ShareAsync(string what)
        {
            var cold = new List<Measure>();
            for (var round = 0; round < Rounds; round++)
            {
                cold.Add(await ColdAsync(1));
            }

            Console.WriteLine($"{what}, 1 client");
            var measure = Measure.Median(cold);
            Print("this server, asked for the first time", measure, measure);
        }

        private static string Unknown() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

        private static void Print(string name, Measure measure, Measure baseline) => Figure.Line("  " + name, string.Create(
            CultureInfo.InvariantCulture,
            $"{measure.Rate,8:F1} MB/s ({measure.Rate / baseline.Rate:F2}x), CPU {measure.Cpu * 1000,4:F0} ms a clone ({measure.Cpu / baseline.Cpu:F2}x), {measure.OwnCpu * 1000,3:F0} ms of it not git's ({measure.Share:P0} on top of git's); first byte {measure.FirstByte,6:F1} ms"));

        private Task<Measure> OfGitAsync(int clients) =>
            MeasureAsync(clients, () => RawClone.OfGitAsync(repository, RawClone.Request(commit, Unknown())), ProcessCost.OfChildren);

        private Task<Measure> ColdAsync(int clients) =>
            MeasureAsync(clients, () => RawClone.OfServerAsync(url, RawClone.Request(commit, Unknown())), () => ProcessCost.Of(server.Id));

        private Task<Measure> OfServerAsync(byte[] request, int clients) =>
            MeasureAsync(clients, () => RawClone.OfServerAsync(url, request), () => ProcessCost.Of(server.Id));

        private static async Task<Measure> MeasureAsync(int clients, Func<Task<RawClone>> clone, Func<ProcessCost> cost)
        {
            var before = cost();
            var clock = Stopwatch.StartNew();
            var clones = (await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => InTurnAsync(Clones / clients, clone))))).SelectMany(one => one).ToList();
            var elapsed = clock.Elapsed.TotalSeconds;
            var after = cost();
            return new Measure(
                clones.Sum(one => one.Bytes) / elapsed / 1e6,
                (after.CpuSeconds - before.CpuSeconds) / clones.Count,
                (after.OwnCpuSeconds - before.OwnCpuSeconds) / clones.Count,
                clones.Average(one => one.FirstByteMilliseconds));
        }

        private static async Task<List<RawClone>> InTurnAsync(int count, Func<Task<RawClone>> clone)
        {
            var clones = new List<RawClone>();
            while (clones.Count < count)
            {
                clones.Add(await clone());
            }

            return clones;
        }
    }

    // Megabytes a second of all clients together, CPU seconds of one clone, with git and without, milliseconds.
    private sealed record Measure(double Rate, double Cpu, double OwnCpu, double FirstByte)
    {
        // Nothing where git did not run.
        public double Share => Cpu - OwnCpu < LeastGitCpu ? 0 : OwnCpu / (Cpu - OwnCpu);

        public static Measure Median(IReadOnlyList<Measure> measures) =>
            new(Middle(measures, one => one.Rate), Middle(measures, one => one.Cpu), Middle(measures, one => one.OwnCpu), Middle(measures, one => one.FirstByte));

        private static double Middle(IReadOnlyList<Measure> measures, Func<Measure, double> value) => measures.Select(value).Order().ElementAt(measures.Count / 2);
    }
}
