using System.Collections.Frozen;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The main job: announce, sign a state, push, release, clone; with the real git client over a real port.</summary>
public sealed class PushTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_event_is_not_served_before_the_push_and_is_served_when_git_push_returns(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        var announcement = scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(announcement));
        var state = scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync());
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(state));
        Assert.False(await scenario.IsServedAsync(announcement));
        Assert.False(await scenario.IsServedAsync(state));

        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.True(await scenario.IsServedAsync(announcement));
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_new_repository_answers_a_clone_at_once_and_is_empty(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.AnnounceAsync();
        Assert.Equal("", await scenario.Work.OkAsync("ls-remote", scenario.Url));
    }

    [Fact]
    public async Task This_projects_own_repository_goes_through_with_all_its_branches_and_tags()
    {
        await using var scenario = await Scenario.StartAsync();
        var source = await OwnRepository.MirrorAsync(scenario.Server.Folder);
        var refs = await source.RefsAsync();
        await scenario.AnnounceAsync();
        await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, refs));

        await source.OkAsync("push", scenario.Url, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");

        Assert.Equal(refs, scenario.ServerRefs(scenario.Owner));
        var onServer = scenario.Server.Repository(scenario.Owner, Scenario.Identifier).Path;
        await source.Git.OkAsync(onServer, "-c", $"safe.directory={onServer}", "fsck", "--full", "--strict");
        await source.Git.OkAsync(scenario.Server.Folder.Path, "clone", "--quiet", "--mirror", scenario.Url, "clone");
        var clone = scenario.Server.Folder.Sub("clone");
        Assert.Equal(
            await source.OkAsync("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"),
            await source.Git.OkAsync(clone, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"));
        Assert.Equal(
            await source.OkAsync("rev-list", "--objects", "--all"),
            await source.Git.OkAsync(clone, "rev-list", "--objects", "--all"));
        await source.Git.OkAsync(clone, "fsck", "--full", "--strict");
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Data_that_arrives_in_two_pushes_releases_at_the_second(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("checkout", "--quiet", "-b", "next");
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("tag", "-a", "v1", "-m", "First");
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.False(await scenario.IsServedAsync(state));

        await scenario.Work.OkAsync("push", scenario.Url, "next", "v1");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_push_that_brings_all_objects_releases_and_aligns_the_refs_that_it_left_out(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "same");
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_live_subscriber_receives_the_announcement_and_the_state_on_release(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await using var subscriber = await scenario.Server.ConnectAsync();
        var filter = new Filter { Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState) };
        await using var live = await subscriber.SubscribeAsync(filter);

        var (announcement, state) = await scenario.ServeAsync();

        Assert.Equal(announcement.Id, (await live.NextAsync()).Id);
        Assert.Equal(state.Id, (await live.NextAsync()).Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_default_branch_follows_HEAD_and_an_old_one_can_be_deleted_in_the_same_push(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("branch", "--move", "main", "trunk");
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner, "refs/heads/trunk");

        await scenario.Work.OkAsync("push", scenario.Url, "trunk", ":main");

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        Assert.StartsWith("ref: refs/heads/trunk", await scenario.Work.OkAsync("ls-remote", "--symref", scenario.Url, "HEAD"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_state_whose_objects_are_here_already_is_served_at_once(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("tag", "light");
        var state = scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync());

        Assert.Equal("", await scenario.SendAsync(state));
        Assert.Empty(scenario.Server.LoggedErrors);

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_push_released_is_told_to_who_pushed(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        var push = await scenario.Work.RunAsync("push", scenario.Url, "main");
        Assert.Contains($"remote: released: state {state.Id.Hex[..8]} is served now", push.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_update_that_names_only_its_pull_request_belongs_to_the_same_repository(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var contributor = new Person();
        var first = await scenario.Work.CommitAsync();
        var pullRequest = contributor.Sign(EventKinds.PullRequest, [new("a", $"30617:{scenario.Owner.Key}:{Scenario.Identifier}"), new("c", first)]);
        await scenario.SendAsync(pullRequest);
        await scenario.Work.OkAsync("push", scenario.Url, $"HEAD:refs/nostr/{pullRequest.Id}");
        var second = await scenario.Work.CommitAsync();
        var update = contributor.Sign(EventKinds.PullRequestUpdate, [new("E", pullRequest.Id.Hex), new("c", second)]);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(update));

        await scenario.Work.OkAsync("push", scenario.Url, $"HEAD:refs/nostr/{update.Id}");

        Assert.True(await scenario.IsServedAsync(update));
        var stranger = contributor.Sign(EventKinds.PullRequestUpdate, [new("E", new string('1', 64)), new("c", second)]);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(stranger), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_pull_request_waits_for_its_commit_and_is_released_by_the_push_to_its_ref(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var commit = await scenario.Work.CommitAsync();
        var contributor = new Person();
        var pullRequest = contributor.Sign(
            EventKinds.PullRequest,
            [new("a", $"30617:{scenario.Owner.Key}:{Scenario.Identifier}"), new("c", commit), new("subject", "A change")]);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(pullRequest));
        Assert.False(await scenario.IsServedAsync(pullRequest));

        await scenario.Work.OkAsync("push", scenario.Url, $"HEAD:refs/nostr/{pullRequest.Id}");

        Assert.True(await scenario.IsServedAsync(pullRequest));
        Assert.Contains(commit, await scenario.Work.OkAsync("ls-remote", scenario.Url, $"refs/nostr/{pullRequest.Id}"), StringComparison.Ordinal);
    }
}
