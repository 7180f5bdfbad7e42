using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-09, R34 and R35: what an author may take back, and what goes with it.</summary>
public sealed class Nip09Tests
{
    [Fact]
    public async Task An_authors_event_goes_by_its_id_stays_refused_and_the_request_is_served()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();
        var (issue, other) = (scenario.Issue(author), scenario.Issue(author));
        await scenario.SendAsync(issue);
        await scenario.SendAsync(other);

        var deletion = author.Delete(issue);
        Assert.Equal("", await scenario.SendAsync(deletion));

        Assert.False(await scenario.IsServedAsync(issue));
        Assert.True(await scenario.IsServedAsync(other));
        Assert.True(await scenario.IsServedAsync(deletion));
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(issue), StringComparison.Ordinal);
        Assert.StartsWith("duplicate: ", await scenario.SendAsync(deletion), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_others_are_never_deleted()
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, state) = await scenario.ServeAsync();
        var stranger = new Person();
        var issue = scenario.Issue(stranger);
        await scenario.SendAsync(issue);

        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(stranger.Delete(announcement, state)), StringComparison.Ordinal);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(stranger.DeleteAt(scenario.Coordinate())), StringComparison.Ordinal);
        await scenario.SendAsync(stranger.Delete(announcement, issue));

        Assert.True(await scenario.IsServedAsync(announcement));
        Assert.Equal(200, await scenario.GitStatusAsync(scenario.Owner));
    }

    [Fact]
    public async Task A_request_that_refers_to_nothing_here_is_refused()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();

        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(author.Delete(scenario.Issue(author))), StringComparison.Ordinal);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(author.Sign(EventKinds.Deletion, [])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinate_means_what_was_signed_up_to_the_request()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var before = Person.NextSecond();
        var newer = await scenario.AnnounceAsync();

        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(scenario.Owner.DeleteAt(scenario.Coordinate(), before)), StringComparison.Ordinal);
        Assert.True(await scenario.IsServedAsync(newer));
        await scenario.SendAsync(scenario.Owner.DeleteAt(scenario.Coordinate()));

        Assert.False(await scenario.IsServedAsync(newer));
    }

    [Fact]
    public async Task A_request_against_a_request_has_no_effect()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();
        var issue = scenario.Issue(author);
        await scenario.SendAsync(issue);
        var deletion = author.Delete(issue);
        await scenario.SendAsync(deletion);

        await scenario.SendRefusedAsync(author.Delete(deletion));

        Assert.True(await scenario.IsServedAsync(deletion));
        await scenario.SendRefusedAsync(issue);
    }

    [Fact]
    public async Task A_waiting_state_that_was_deleted_authorises_no_push()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var before = scenario.ServerRefs(scenario.Owner);
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await scenario.SendAsync(scenario.Owner.Delete(state));

        Assert.NotEqual(0, (await scenario.Work.RunAsync("push", scenario.Url, "main")).Code);
        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
        await scenario.SendRefusedAsync(state);
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
    }

    [Fact]
    public async Task A_released_state_that_was_deleted_neither_outranks_nor_blocks_and_moves_nothing_back_by_itself()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        var first = await scenario.Work.RefsAsync();
        await scenario.SendAsync(maintainer.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        var between = Person.NextSecond();
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");

        await scenario.SendAsync(scenario.Owner.Delete(state));

        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        var older = maintainer.State(Scenario.Identifier, first, createdAt: between);
        Assert.Equal("", await scenario.SendAsync(older));
        Assert.Equal(first, scenario.ServerRefs(scenario.Owner));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task With_a_waiting_announcement_its_empty_repository_goes()
    {
        await using var scenario = await Scenario.StartAsync();
        var announcement = await scenario.AnnounceAsync();
        Assert.Equal(200, await scenario.GitStatusAsync(scenario.Owner));

        await scenario.SendAsync(scenario.Owner.Delete(announcement));

        Assert.Equal(404, await scenario.GitStatusAsync(scenario.Owner));
        Assert.StartsWith("invalid: ", await scenario.SendRefusedAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string>())), StringComparison.Ordinal);
        await scenario.SendRefusedAsync(announcement);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_served_announcement_its_repository_leaves_service_is_kept_aside_and_may_come_again(bool byCoordinate)
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, state) = await scenario.ServeAsync();

        await scenario.SendAsync(byCoordinate ? scenario.Owner.DeleteAt(scenario.Coordinate()) : scenario.Owner.Delete(announcement));

        Assert.Equal(404, await scenario.GitStatusAsync(scenario.Owner));
        Assert.False(await scenario.IsServedAsync(announcement));
        Assert.False(await scenario.IsServedAsync(state));
        Assert.Single(Directory.GetDirectories(scenario.Server.Folder.Sub("data", "git", ".aside"), "project.git", SearchOption.AllDirectories));
        await scenario.AnnounceAsync();
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(state));
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task With_a_pull_request_its_ref_goes()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();
        var commit = await scenario.Work.CommitAsync();
        var pullRequest = scenario.PullRequest(author, commit);
        await scenario.SendAsync(pullRequest);
        await scenario.Work.OkAsync("push", scenario.Url, $"main:refs/nostr/{pullRequest.Id.Hex}");
        Assert.True(await scenario.IsServedAsync(pullRequest));

        await scenario.SendAsync(author.Delete(pullRequest));

        Assert.False(await scenario.IsServedAsync(pullRequest));
        Assert.DoesNotContain(scenario.Server.Repository(scenario.Owner, Scenario.Identifier).ReadRefs().Refs.Keys, name => name.Full.StartsWith("refs/nostr/", StringComparison.Ordinal));
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
