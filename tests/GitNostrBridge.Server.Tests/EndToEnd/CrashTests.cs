using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>A real process, killed without warning.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Killed_while_a_state_waits_the_same_push_releases_it_after_the_restart()
    {
        using var folder = new TestFolder();
        var work = await WorkRepository.CreateAsync(folder);
        await work.CommitAsync();
        var owner = new Person();
        // The port changes with the restart, so the public authority is given.
        var here = new ServiceAddress("http", "grasp.example", "/");
        var announcement = owner.Announce(here, "project");
        var state = owner.State("project", await work.RefsAsync());

        await using (var first = await ServerProcess.StartAsync(folder.Sub("data"), "--Grasp:Domain=grasp.example"))
        {
            await using var relay = await first.ConnectAsync();
            Assert.True((await relay.PublishAsync(announcement)).Accepted);
            Assert.True((await relay.PublishAsync(state)).Accepted);
            await first.KillAsync();
        }

        await using var second = await ServerProcess.StartAsync(folder.Sub("data"), "--Grasp:Domain=grasp.example");
        await using var again = await second.ConnectAsync();
        Assert.False(await again.IsServedAsync(state));
        await work.OkAsync("push", $"{second.Address}{owner.Npub}/project.git", "main");
        Assert.True(await again.IsServedAsync(state));
        Assert.True(await again.IsServedAsync(announcement));
    }

}
