using GitNostrBridge.Git;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>What deletions and rewrites take out of reach is kept (R25).</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task A_branch_that_a_state_deletes_can_be_restored_from_its_recovery_ref()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("checkout", "--quiet", "-b", "doomed");
        var lost = await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main", "doomed");
        await scenario.Work.OkAsync("checkout", "--quiet", "main");
        await scenario.Work.OkAsync("branch", "--delete", "--force", "doomed");
        Assert.True(await scenario.IsServedAsync(await scenario.SignAsync(scenario.Owner)));

        var kept = Assert.Single(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier)));

        Assert.Equal(("refs/heads/doomed", lost), (kept.Original.Full, kept.Value.Hex));
        Assert.DoesNotContain("recovery", await scenario.Work.OkAsync("ls-remote", scenario.Url), StringComparison.Ordinal);
        await scenario.Work.OkAsync("branch", "doomed", lost);
        var restored = await scenario.SignAsync(scenario.Owner);
        Assert.True(await scenario.IsServedAsync(restored));
        Assert.Equal(lost, scenario.ServerRefs(scenario.Owner)["refs/heads/doomed"]);
    }

    [Fact]
    public async Task A_restored_branch_stays_until_the_next_state_is_released()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--message", "Otherwise");
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--force", scenario.Url, "main");
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        Assert.True(RefName.TryParse("refs/heads/found", out var found));
        await scenario.Server.Services.GetRequiredService<RecoveryRefs>().RestoreAsync(repository, Assert.Single(RecoveryRefs.List(repository)), found, CancellationToken.None);

        var stranger = new Person();
        await scenario.SendAsync(stranger.Announce(scenario.Server.Here, Scenario.Identifier));
        await scenario.SendAsync(stranger.State(Scenario.Identifier, await scenario.Work.RefsAsync()));
        Assert.Contains("refs/heads/found", scenario.ServerRefs(scenario.Owner));

        await scenario.SignAsync(scenario.Owner);
        Assert.DoesNotContain("refs/heads/found", scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task A_push_that_rewrites_a_branch_keeps_the_old_commits()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var lost = await scenario.Work.OkAsync("rev-parse", "main");
        await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--message", "Otherwise");
        await scenario.SignAsync(scenario.Owner);

        await scenario.Work.OkAsync("push", "--force", scenario.Url, "main");

        var kept = Assert.Single(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier)));
        Assert.Equal(("refs/heads/main", lost), (kept.Original.Full, kept.Value.Hex));
    }

    [Fact]
    public async Task A_push_that_only_goes_forward_leaves_nothing_behind()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.Empty(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier)));
    }
}
