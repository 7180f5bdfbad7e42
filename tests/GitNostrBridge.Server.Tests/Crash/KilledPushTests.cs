using System.Security.Cryptography;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The server dies in the middle of pushes; whatever the moment, nothing is broken and nothing is left lying about.</summary>
public sealed class KilledPushTests
{
    private const int Kills = 20;

    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Killed_at_twenty_random_moments_the_repository_is_sound_and_the_push_succeeds_when_sent_again()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var timeOut = new CancellationTokenSource(TimeOut);
        using var folder = new TestFolder();
        var data = folder.Sub("data");
        var work = await WorkRepository.CreateAsync(folder);
        var owner = new Person();
        var here = new ServiceAddress("http", "grasp.example", "/");
        var announcement = owner.Announce(here, "project");
        await using (var first = await ServerProcess.StartAsync(data, "--Grasp:Domain=grasp.example"))
        {
            await using var relay = await first.ConnectAsync();
            Assert.True((await relay.PublishAsync(announcement)).Accepted);
        }

        var path = Path.Combine(data, "git", owner.Npub, "project.git");
        for (var kill = 0; kill < Kills; kill++)
        {
            await File.WriteAllBytesAsync(Path.Combine(work.Path, $"random-{kill}.bin"), RandomNumberGenerator.GetBytes(2 << 20), timeOut.Token);
            await work.CommitAsync();
            var state = owner.State("project", await work.RefsAsync());
            await using var server = await ServerProcess.StartAsync(data, "--Grasp:Domain=grasp.example");
            await using var relay = await server.ConnectAsync();
            if (kill > 0)
            {
                // What the last round's push had brought: sent again, it succeeds.
                await work.OkAsync("push", "--quiet", $"{server.Address}{owner.Npub}/project.git", "main~1:refs/heads/main");
                Assert.Equal(await work.OkAsync("rev-parse", "main~1"), await GitAsync(work, path, "rev-parse", "main"));
            }

            Assert.True((await relay.PublishAsync(state)).Accepted);
            var push = work.RunAsync("push", $"{server.Address}{owner.Npub}/project.git", "main");
            await Task.Delay(random.Next(250), timeOut.Token);
            await server.KillAsync();
            await push;
            await OrphansAsync(data, timeOut.Token);
            await GitAsync(work, path, "fsck", "--full");
        }

        await using var last = await ServerProcess.StartAsync(data, "--Grasp:Domain=grasp.example");
        await work.OkAsync("push", "--quiet", $"{last.Address}{owner.Npub}/project.git", "main");
        while (Leftovers.Below(Path.Combine(data, "git")).Count > 0)
        {
            await Task.Delay(20, timeOut.Token);
        }

        await GitAsync(work, path, "fsck", "--full", "--strict");
        await using var again = await last.ConnectAsync();
        Assert.True(await again.IsServedAsync(announcement));
    }

    private static Task<string> GitAsync(WorkRepository work, string repository, params string[] arguments) =>
        work.Git.OkAsync(repository, ["-c", $"safe.directory={repository}", .. arguments]);

    // The children of a killed server find their pipes closed and end by themselves.
    private static async Task OrphansAsync(string data, CancellationToken cancellationToken)
    {
        while (ChildProcesses.Mentioning(data).Count > 0)
        {
            await Task.Delay(10, cancellationToken);
        }
    }
}
