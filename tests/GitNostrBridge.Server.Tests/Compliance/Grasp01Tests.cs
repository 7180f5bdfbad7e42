using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>GRASP-01 and R5-R15: whose announcements and states are taken, and what follows when they change.</summary>
public sealed class Grasp01Tests
{
    [Fact]
    public async Task R5_An_announcement_must_list_this_service_in_clone_and_in_relays()
    {
        await using var scenario = await Scenario.StartAsync();
        var (here, owner) = (scenario.Server.Here, scenario.Owner);

        foreach (var refused in new[]
        {
            owner.Announce([scenario.Url], ["wss://elsewhere.example"], Scenario.Identifier),
            owner.Announce(["https://elsewhere.example/x.git"], [here.RelayUrl], Scenario.Identifier),
            owner.Announce([scenario.UrlOf(new Person())], [here.RelayUrl], Scenario.Identifier),
            owner.Announce([$"https://evil.example/?{scenario.Url}"], [$"wss://evil.example/{here.RelayUrl}"], Scenario.Identifier),
        })
        {
            var text = await scenario.SendRefusedAsync(refused);
            Assert.StartsWith("invalid: ", text, StringComparison.Ordinal);
            Assert.Contains(scenario.Url, text, StringComparison.Ordinal);
        }

        Assert.Equal(404, await scenario.GitStatusAsync(owner));
    }

    [Fact]
    public async Task R8_A_new_announcement_waits_and_its_repository_answers_at_once()
    {
        await using var scenario = await Scenario.StartAsync();
        var announcement = scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier);

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(announcement));

        Assert.Equal(200, await scenario.GitStatusAsync(scenario.Owner));
        Assert.False(await scenario.IsServedAsync(announcement));
    }

    [Fact]
    public async Task R9_An_older_announcement_never_replaces_a_newer_one_and_a_newer_one_of_a_served_repository_is_served_at_once()
    {
        await using var scenario = await Scenario.StartAsync();
        var older = scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier);
        var (announcement, _) = await scenario.ServeAsync();

        Assert.StartsWith("duplicate: ", await scenario.SendAsync(older), StringComparison.Ordinal);
        Assert.True(await scenario.IsServedAsync(announcement));
        var newer = scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier);
        Assert.Equal("", await scenario.SendAsync(newer));

        Assert.True(await scenario.IsServedAsync(newer));
        Assert.False(await scenario.IsServedAsync(announcement));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R9_One_that_no_longer_lists_the_service_is_refused_and_ends_the_earlier_one(bool isServed)
    {
        await using var scenario = await Scenario.StartAsync();
        var announcement = isServed ? (await scenario.ServeAsync()).Announcement : await scenario.AnnounceAsync();

        var text = await scenario.SendRefusedAsync(scenario.Owner.Announce([], ["wss://elsewhere.example"], Scenario.Identifier));

        Assert.StartsWith("invalid: ", text, StringComparison.Ordinal);
        Assert.False(await scenario.IsServedAsync(announcement));
        Assert.Equal(404, await scenario.GitStatusAsync(scenario.Owner));
        Assert.Equal(isServed, Directory.Exists(scenario.Server.Folder.Sub("data", "git", ".aside")));
    }

    [Fact]
    public async Task R7_A_members_announcement_that_comes_before_the_one_that_names_him_is_kept_aside_and_tried_again()
    {
        await using var scenario = await Scenario.StartAsync();
        var (first, second) = (new Person(), new Person());
        var bySecond = second.Announce([], ["wss://elsewhere.example"], Scenario.Identifier, first);
        var byFirst = first.Announce([], ["wss://elsewhere.example"], Scenario.Identifier, scenario.Owner, second);
        await scenario.SendRefusedAsync(bySecond);
        await scenario.SendRefusedAsync(byFirst);

        await scenario.ServeAsync(first);

        Assert.True(await scenario.IsServedAsync(byFirst));
        Assert.True(await scenario.IsServedAsync(bySecond));
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(second);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
    }

    [Fact]
    public async Task R7_What_is_kept_aside_is_served_when_a_newer_announcement_names_its_author_and_an_uninvited_one_never()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var (late, uninvited) = (new Person(), new Person());
        var (invited, other) = (late.Announce([], [], Scenario.Identifier, scenario.Owner), uninvited.Announce([], [], Scenario.Identifier, scenario.Owner));
        await scenario.SendRefusedAsync(invited);
        await scenario.SendRefusedAsync(other);

        await scenario.AnnounceAsync(late);

        Assert.True(await scenario.IsServedAsync(invited));
        Assert.False(await scenario.IsServedAsync(other));
    }

    [Fact]
    public async Task R12_A_state_needs_an_announcement_and_a_confirmed_author()
    {
        await using var scenario = await Scenario.StartAsync();
        var refs = new Dictionary<string, string> { ["refs/heads/main"] = new('1', 40) };
        Assert.StartsWith("invalid: ", await scenario.SendRefusedAsync(scenario.Owner.State(Scenario.Identifier, refs)), StringComparison.Ordinal);
        var invitee = new Person();
        await scenario.AnnounceAsync(invitee);

        var text = await scenario.SendRefusedAsync(invitee.State(Scenario.Identifier, refs));

        Assert.StartsWith("restricted: author not authorized for this repository", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R11_A_state_whose_ids_can_be_no_objects_waits_and_one_with_an_impossible_name_is_refused()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = "abc123" })));
        Assert.StartsWith(
            "invalid: ",
            await scenario.SendRefusedAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/a..b"] = new('1', 40) })),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task R13_A_state_without_refs_is_served_and_moves_nothing()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var before = scenario.ServerRefs(scenario.Owner);
        var empty = scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string>(), head: null);

        Assert.Equal("", await scenario.SendAsync(empty));

        Assert.True(await scenario.IsServedAsync(empty));
        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
        await scenario.Work.CommitAsync();
        Assert.NotEqual(0, (await scenario.Work.RunAsync("push", scenario.Url, "main")).Code);
        var next = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(next));
    }

    [Fact]
    public async Task R15_A_waiting_state_is_released_when_its_author_is_authorised_again_and_not_before()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        await scenario.SendAsync(maintainer.Announce([], ["wss://elsewhere.example"], Scenario.Identifier, scenario.Owner));
        var commit = await scenario.Work.CommitAsync();
        var state = maintainer.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit });
        var before = scenario.ServerRefs(scenario.Owner);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(state));
        await scenario.AnnounceAsync();

        // The data comes with a pull request; the owner's refs do not follow a state of somebody who has left.
        var pullRequest = scenario.PullRequest(new Person(), commit);
        await scenario.SendAsync(pullRequest);
        await scenario.Work.OkAsync("push", scenario.Url, $"main:refs/nostr/{pullRequest.Id.Hex}");
        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));

        await scenario.AnnounceAsync(maintainer);

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(commit, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);
    }

    [Fact]
    public async Task R15_A_maintainer_who_leaves_rolls_nothing_back()
    {
        await using var scenario = await Scenario.StartAsync();
        var maintainer = new Person();
        await scenario.ServeAsync(maintainer);
        var acceptance = maintainer.Announce([], ["wss://elsewhere.example"], Scenario.Identifier, scenario.Owner);
        await scenario.SendAsync(acceptance);
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(maintainer);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        var refs = scenario.ServerRefs(scenario.Owner);

        await scenario.AnnounceAsync();
        await scenario.SendAsync(maintainer.Delete(acceptance));

        Assert.Equal(refs, scenario.ServerRefs(scenario.Owner));
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
