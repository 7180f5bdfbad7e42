using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GitNostrBridge.Git;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Clients of one large answer who are slow, or go away while it is being made.</summary>
public sealed class SharedAnswerTests
{
    private const int Megabytes = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Who_made_it_come_about_may_go_and_the_others_get_the_whole()
    {
        await using var scenario = await ServeLargeAsync();
        using var straight = await BeginAsync(scenario);
        var maker = await BeginAsync(scenario);
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => BeginAsync(scenario)));
        maker.Dispose();
        straight.Dispose();
        foreach (var other in others)
        {
            await SoundAsync(scenario, await SaveAsync(scenario, other));
        }

        await SettledAsync(scenario);
        Assert.Equal(1, CacheOf(scenario).Count);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task When_all_go_git_ends_and_no_half_answer_stays()
    {
        await using var scenario = await ServeLargeAsync();
        using (await BeginAsync(scenario))
        using (await BeginAsync(scenario))
        using (await BeginAsync(scenario))
        {
        }

        await SettledAsync(scenario);
        using var one = await BeginAsync(scenario);
        using var two = await BeginAsync(scenario);
        await SoundAsync(scenario, await SaveAsync(scenario, one));
        await SoundAsync(scenario, await SaveAsync(scenario, two));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task One_who_reads_nothing_stops_nobody_and_costs_no_memory()
    {
        await using var scenario = await ServeLargeAsync();
        using var straight = await BeginAsync(scenario);
        using var slow = await BeginAsync(scenario);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var saved = new List<string>();
        while (saved.Count < 4)
        {
            saved.Add(await SaveAsync(scenario, await BeginAsync(scenario)));
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Megabytes << 19);
        saved.Add(await SaveAsync(scenario, slow));
        foreach (var answer in saved)
        {
            await SoundAsync(scenario, answer);
        }

        Assert.Equal(1, CacheOf(scenario).Count);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task Killed_while_it_makes_one_the_next_process_clears_the_folder_and_serves()
    {
        using var timeOut = new CancellationTokenSource(Patience);
        using var folder = new TestFolder();
        var owner = new Person();
        var work = await WorkRepository.CreateAsync(folder);
        await File.WriteAllBytesAsync(Path.Combine(work.Path, "large.bin"), RandomNumberGenerator.GetBytes(Megabytes << 20), timeOut.Token);
        await work.CommitAsync();
        var cache = folder.Sub("data", "clone-cache");
        await using (var first = await ServerProcess.StartAsync(folder.Sub("data"), "--Grasp:Domain=grasp.example"))
        {
            await using var relay = await first.ConnectAsync();
            Assert.True((await relay.PublishAsync(owner.Announce(new("http", "grasp.example", "/"), "project"))).Accepted);
            Assert.True((await relay.PublishAsync(owner.State("project", await work.RefsAsync()))).Accepted);
            await work.OkAsync("push", "--quiet", $"{first.Address}{owner.Npub}/project.git", "main");
            var request = Request($"/{owner.Npub}/project.git", "grasp.example", await work.OkAsync("rev-parse", "main"));
            using var one = await BeginAsync(first.Address, request);
            using var two = await BeginAsync(first.Address, request);
            Assert.NotEmpty(Directory.GetFiles(cache));
            await first.KillAsync();
        }

        await using var second = await ServerProcess.StartAsync(folder.Sub("data"), "--Grasp:Domain=grasp.example");
        Assert.Empty(Directory.GetFiles(cache));
        for (var time = 0; time < 3; time++)
        {
            await work.Git.OkAsync(folder.Path, "clone", "--quiet", "--bare", $"{second.Address}{owner.Npub}/project.git", $"clone-{time}");
            await work.Git.OkAsync(folder.Sub($"clone-{time}"), "fsck", "--full", "--strict");
        }
    }

    private static CloneCache CacheOf(Scenario scenario) => scenario.Server.Services.GetRequiredService<CloneCache>();

    private static async Task<Scenario> ServeLargeAsync()
    {
        var scenario = await Scenario.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(Megabytes << 20));
        await scenario.ServeAsync();
        return scenario;
    }

    // No file is being written and no git is at work any more.
    private static async Task SettledAsync(Scenario scenario)
    {
        using var patience = new CancellationTokenSource(Patience);
        var folder = scenario.Server.Services.GetRequiredService<CloneCacheOptions>().Path;
        while (Directory.GetFiles(folder, "*.part").Length > 0 || ChildProcesses.Mentioning(scenario.Server.Folder.Path).Count > 0)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<TcpClient> BeginAsync(Scenario scenario) => await BeginAsync(
        scenario.Server.Address,
        Request(new Uri(scenario.Url).AbsolutePath, scenario.Server.Address.Authority, await scenario.Work.OkAsync("rev-parse", "main")));

    // Asks, and reads the first line of the answer's head.
    private static async Task<TcpClient> BeginAsync(Uri server, byte[] request)
    {
        using var patience = new CancellationTokenSource(Patience);
        var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(server.Host, server.Port, patience.Token);
        await client.GetStream().WriteAsync(request, patience.Token);
        var status = new byte["HTTP/1.1 200".Length];
        await client.GetStream().ReadExactlyAsync(status, patience.Token);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(status));
        return client;
    }

    private static byte[] Request(string path, string host, string commit)
    {
        var body = new ArrayBufferWriter<byte>();
        PktLine.Write(body, Encoding.ASCII.GetBytes($"want {commit} side-band-64k ofs-delta no-progress\n"));
        PktLine.WriteFlush(body);
        PktLine.Write(body, "done\n"u8);
        var head = $"POST {path}/git-upload-pack HTTP/1.0\r\nHost: {host}\r\nContent-Length: {body.WrittenCount}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body.WrittenSpan];
    }

    // HTTP/1.0: the answer is neither chunked nor followed by another; it ends with the connection.
    private static async Task<string> SaveAsync(Scenario scenario, TcpClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        var path = scenario.Server.Folder.Sub($"{Guid.NewGuid():n}.answer");
        await using var file = File.Create(path);
        await client.GetStream().CopyToAsync(file, patience.Token);
        client.Dispose();
        return path;
    }

    private static async Task SoundAsync(Scenario scenario, string saved)
    {
        var received = await File.ReadAllBytesAsync(saved);
        var answer = new ReadOnlySequence<byte>(received.AsMemory(received.AsSpan().IndexOf("\r\n\r\n"u8) + 4));
        var pack = Path.ChangeExtension(saved, ".pack");
        await using (var file = File.Create(pack))
        {
            while (PktLine.TryRead(ref answer, out var line) == PktRead.Line && line.Kind == PktKind.Data)
            {
                if (line.Payload.FirstSpan[0] == 1)
                {
                    file.Write(line.Payload.ToArray().AsSpan(1));
                }
            }
        }

        Assert.Equal(0, answer.Length);
        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, "index-pack", "--strict", pack);
    }
}
