using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Groups of maintainers who have accepted one another (R7, R14, R15, R25).</summary>
public sealed class MaintainerTests
{
    [Fact]
    public async Task A_confirmed_maintainers_state_opens_the_owners_repository()
    {
        await using var scenario = await Scenario.StartAsync();
        var state = await StateOfConfirmedMaintainerAsync(scenario);

        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task At_two_removes_and_every_confirmed_members_repository_is_aligned()
    {
        await using var scenario = await Scenario.StartAsync();
        var (first, second) = (new Person(), new Person());
        await scenario.ServeAsync(first);
        await scenario.SendAsync(first.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner, second));
        await scenario.SendAsync(second.Announce(scenario.Server.Here, Scenario.Identifier, first));
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("tag", "-a", "v2", "-m", "Second");
        var state = await scenario.SignAsync(second);

        await scenario.Work.OkAsync("push", scenario.Url, "main", "v2");

        Assert.True(await scenario.IsServedAsync(state));
        foreach (var member in new[] { scenario.Owner, first, second })
        {
            Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(member));
            var path = scenario.Server.Repository(member, Scenario.Identifier).Path;
            await scenario.Work.Git.OkAsync(path, "-c", $"safe.directory={path}", "fsck", "--full", "--strict");
        }

        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, "clone", "--quiet", scenario.UrlOf(second), "clone-of-second");
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task A_state_is_released_by_a_push_to_another_members_repository_and_serves_his_announcement_too()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.AnnounceAsync(maintainer);
        var announcement = maintainer.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner);
        await scenario.SendAsync(announcement);
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await scenario.Work.OkAsync("push", scenario.UrlOf(maintainer), "main");

        Assert.True(await scenario.IsServedAsync(state));
        Assert.True(await scenario.IsServedAsync(announcement));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task A_maintainer_elsewhere_accepts_by_an_announcement_that_does_not_list_this_service()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        var acceptance = maintainer.Announce([], ["wss://elsewhere.example"], Scenario.Identifier, scenario.Owner);

        Assert.Equal("", await scenario.SendAsync(acceptance));

        Assert.True(await scenario.IsServedAsync(acceptance));
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(maintainer);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Null(scenario.Server.Services.GetRequiredService<BareRepositories>().Find(maintainer.Npub, Scenario.Identifier));
    }

    [Fact]
    public async Task A_maintainer_removed_while_his_state_waits_opens_nothing()
    {
        await using var scenario = await Scenario.StartAsync();
        var state = await StateOfConfirmedMaintainerAsync(scenario);
        await scenario.AnnounceAsync();

        var push = await scenario.Work.RunAsync("push", scenario.Url, "main");

        Assert.NotEqual(0, push.Code);
        Assert.False(await scenario.IsServedAsync(state));
    }

    [Fact]
    public async Task What_a_removed_maintainer_had_pushed_in_part_goes_back_and_is_kept_for_recovery()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        await scenario.SendAsync(maintainer.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        var before = scenario.ServerRefs(scenario.Owner);
        var state = await scenario.PushHalfAsync(maintainer);
        var pushed = scenario.ServerRefs(scenario.Owner)["refs/heads/main"];
        Assert.NotEqual(before["refs/heads/main"], pushed);

        await scenario.AnnounceAsync();

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
        Assert.False(await scenario.IsServedAsync(state));
        Assert.Contains(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier)), kept => kept.Value.Hex == pushed);
    }

    [Fact]
    public async Task A_forks_earlier_state_does_not_become_the_owners_when_the_fork_joins()
    {
        await using var scenario = await Scenario.StartAsync();
        var fork = new Person();
        await scenario.ServeAsync(fork);
        var before = scenario.ServerRefs(scenario.Owner);
        await scenario.SendAsync(fork.Announce(scenario.Server.Here, Scenario.Identifier));
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(fork);
        await scenario.Work.OkAsync("push", scenario.UrlOf(fork), "main");

        await scenario.SendAsync(fork.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
    }

    private static async Task<NostrEvent> StateOfConfirmedMaintainerAsync(Scenario scenario)
    {
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        await scenario.SendAsync(maintainer.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        await scenario.Work.CommitAsync();
        return await scenario.SignAsync(maintainer);
    }
}
