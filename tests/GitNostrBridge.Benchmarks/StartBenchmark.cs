using System.Diagnostics;
using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>How fast the server starts and how much memory it has when idle; of the published executable, when <see cref="Executable.Variable"/> names one.</summary>
internal static class StartBenchmark
{
    private const int Starts = 20;

    private const int Pages = 200;

    // Longer than the server takes to find that it is quiet.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        Figure.Title($"start and idle memory of {Executable.Published ?? "the build beside this benchmark (no published executable is named)"}");
        using var folder = new TestFolder();
        using var client = new HttpClient();
        await using (var first = await ServerProcess.StartAsync(folder.Sub("data")))
        {
        }

        var listens = new List<double>();
        var healthy = new List<double>();
        for (var start = 0; start < Starts; start++)
        {
            var clock = Stopwatch.StartNew();
            await using var server = await ServerProcess.StartAsync(folder.Sub("data"));
            listens.Add(clock.Elapsed.TotalMilliseconds);
            await client.GetStringAsync(new Uri(server.Address, "healthz"));
            healthy.Add(clock.Elapsed.TotalMilliseconds);
        }

        Figure.Print("process start to `listens`", "ms", listens);
        Figure.Print("process start to the first 200 of /healthz", "ms", healthy);
        await MeasureMemoryAsync(folder, client);
    }

    private static async Task MeasureMemoryAsync(TestFolder folder, HttpClient client)
    {
        await using var server = await ServerProcess.StartAsync(folder.Sub("data-memory"), "--Grasp:Domain=grasp.example");
        await Task.Delay(Idle);
        Print("idle after the start", server);
        for (var page = 0; page < Pages; page++)
        {
            await client.GetStringAsync(server.Address);
        }

        await PushAndCloneAsync(folder, server);
        await Task.Delay(Idle);
        Print($"idle after {Pages} pages, a push and a clone", server);
    }

    private static async Task PushAndCloneAsync(TestFolder folder, ServerProcess server)
    {
        var (owner, work) = (new Person(), await WorkRepository.CreateAsync(folder));
        await work.CommitAsync();
        await using var relay = await server.ConnectAsync();
        await relay.PublishAsync(owner.Announce(new ServiceAddress("http", "grasp.example", "/"), "small"));
        await relay.PublishAsync(owner.State("small", await work.RefsAsync()));
        var url = $"{server.Address}{owner.Npub}/small.git";
        await work.OkAsync("push", "--quiet", url, "main");
        await work.Git.OkAsync(folder.Path, "clone", "--quiet", "--bare", url, "clone");
    }

    private static void Print(string when, ServerProcess server)
    {
        var kilobytes = File.ReadLines($"/proc/{server.Id}/smaps_rollup").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0].TrimEnd(':'), words => double.Parse(words[1], CultureInfo.InvariantCulture));
        Figure.Line(when, string.Create(
            CultureInfo.InvariantCulture, $"RSS {kilobytes["Rss"] / 1024:N1} MB, PSS {kilobytes["Pss"] / 1024:N1} MB, of them its own {kilobytes["Pss_Anon"] / 1024:N1} MB"));
    }
}
