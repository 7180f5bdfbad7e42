using System.Collections.Frozen;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Events whose git data is elsewhere: fetched, and released as soon as each is complete (R25, R50).</summary>
public sealed class GitFetchLoopTests
{
    [Fact]
    public async Task Three_states_on_a_fast_a_slow_and_a_dead_server_each_go_their_own_way()
    {
        await using var scene = await FetchScene.StartAsync();
        var (second, third) = (new Person(), new Person());
        var commits = new[] { await scene.Work.CommitAsync(), await scene.BranchAsync("slow"), await scene.BranchAsync("dead") };
        var (fast, fastUrl) = await scene.StartRemoteWithAsync("main");
        var (slow, slowUrl) = await scene.StartRemoteWithAsync("slow");
        var (dead, deadUrl) = await scene.StartRemoteWithAsync("dead");
        slow.Hold();
        dead.Status = 503;
        await scene.AnnounceAsync([fastUrl, slowUrl, deadUrl], second, third);
        var first = await scene.StateAsync(scene.Owner, commits[0]);
        var next = await scene.StateAsync(second, commits[1]);
        var last = await scene.StateAsync(third, commits[2]);
        Assert.Equal(0, fast.Visits);

        scene.Time.Advance(FetchScene.UserDelay);
        await slow.NextVisitAsync();
        Assert.True(await scene.Relay.IsServedAsync(first));
        Assert.False(await scene.Relay.IsServedAsync(next));

        slow.LetGo();
        await dead.NextVisitAsync();
        Assert.True(await scene.Relay.IsServedAsync(next));
        Assert.False(await scene.Relay.IsServedAsync(last));

        foreach (var wait in new[] { 20, 40, 80, 120, 120 }.Select(seconds => TimeSpan.FromSeconds(seconds)))
        {
            await scene.Time.WaitBegunAsync(wait);
            scene.Time.Advance(wait);
            await dead.NextVisitAsync();
        }

        Assert.False(await scene.Relay.IsServedAsync(last));
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(120));
        dead.Status = 0;
        await using var live = await scene.WatchAsync(last);
        scene.Time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(last.Id, (await live.NextAsync()).Id);
        Assert.Empty(scene.Server.LoggedErrors);
    }

    [Fact]
    public async Task A_slow_server_that_is_asked_first_does_not_hold_back_a_fast_one()
    {
        await using var scene = await FetchScene.StartAsync();
        var second = new Person();
        var commits = new[] { await scene.Work.CommitAsync(), await scene.BranchAsync("slow") };
        var (slow, slowUrl) = await scene.StartRemoteWithAsync("slow");
        var (_, fastUrl) = await scene.StartRemoteWithAsync("main");
        slow.Hold();
        await scene.AnnounceAsync([slowUrl, fastUrl], second);
        var first = await scene.StateAsync(scene.Owner, commits[0]);
        var last = await scene.StateAsync(second, commits[1]);
        await using var live = await scene.WatchAsync(first, last);

        scene.Time.Advance(FetchScene.UserDelay);
        await slow.NextVisitAsync();
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(10));
        scene.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(first.Id, (await live.NextAsync()).Id);

        slow.LetGo();
        Assert.Equal(last.Id, (await live.NextAsync()).Id);
    }

    [Fact]
    public async Task A_state_whose_objects_lie_on_two_servers_is_released_when_both_have_answered()
    {
        await using var scene = await FetchScene.StartAsync();
        var main = await scene.Work.CommitAsync();
        var side = await scene.BranchAsync("side");
        await scene.Work.OkAsync("checkout", "--quiet", "--orphan", "other");
        var other = await scene.Work.CommitAsync();
        var (_, sideUrl) = await scene.StartRemoteWithAsync("side");
        var (_, otherUrl) = await scene.StartRemoteWithAsync("other");
        await scene.AnnounceAsync([sideUrl, otherUrl]);
        var refs = new Dictionary<string, string> { ["refs/heads/main"] = main, ["refs/heads/side"] = side, ["refs/heads/other"] = other };
        var state = await scene.StateAsync(scene.Owner, refs);
        await using var live = await scene.WatchAsync(state);

        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(state.Id, (await live.NextAsync()).Id);
        Assert.Equal(refs, scene.Server.Repository(scene.Owner, FetchScene.Identifier).ReadRefs().Refs.ToDictionary(entry => entry.Key.Full, entry => entry.Value.Hex));
    }

    [Fact]
    public async Task Several_states_of_one_identifier_take_one_fetch()
    {
        await using var scene = await FetchScene.StartAsync();
        var second = new Person();
        var older = await scene.Work.CommitAsync();
        var newer = await scene.Work.CommitAsync();
        var (remote, url) = await scene.StartRemoteWithAsync("main");
        await scene.AnnounceAsync([url, url], second);
        var first = await scene.StateAsync(scene.Owner, older);
        var last = await scene.StateAsync(second, newer);
        await using var live = await scene.WatchAsync(first, last);

        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(first.Id, (await live.NextAsync()).Id);
        Assert.Equal(last.Id, (await live.NextAsync()).Id);
        Assert.Equal(1, remote.Visits);
        Assert.Single(remote.Requests, request => request.StartsWith("POST ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pull_request_is_fetched_from_its_own_clone_url()
    {
        await using var scene = await FetchScene.StartAsync();
        var main = await scene.Work.CommitAsync();
        await scene.AnnounceAsync([]);
        await scene.StateAsync(scene.Owner, main);
        await scene.Work.OkAsync("push", scene.Server.CloneUrl(scene.Owner, FetchScene.Identifier), "main");
        var proposal = await scene.BranchAsync("proposal");
        var (_, url) = await scene.StartRemoteWithAsync("proposal");
        var pullRequest = new Person().Sign(EventKinds.PullRequest, [new("a", $"30617:{scene.Owner.Key.Hex}:{FetchScene.Identifier}"), new("c", proposal), new("clone", url)]);
        await scene.SendAsync(pullRequest);
        await using var live = await scene.WatchAsync(pullRequest);

        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(pullRequest.Id, (await live.NextAsync()).Id);
        var refs = scene.Server.Repository(scene.Owner, FetchScene.Identifier).ReadRefs().Refs.ToDictionary(entry => entry.Key.Full, entry => entry.Value.Hex);
        Assert.Equal(proposal, refs[$"refs/nostr/{pullRequest.Id.Hex}"]);
    }

    [Fact]
    public async Task An_update_that_names_only_its_pull_request_is_fetched_too()
    {
        await using var scene = await FetchScene.StartAsync();
        var main = await scene.Work.CommitAsync();
        await scene.AnnounceAsync([]);
        await scene.StateAsync(scene.Owner, main);
        await scene.Work.OkAsync("push", scene.Server.CloneUrl(scene.Owner, FetchScene.Identifier), "main");
        var author = new Person();
        var pullRequest = author.Sign(EventKinds.PullRequest, [new("a", $"30617:{scene.Owner.Key.Hex}:{FetchScene.Identifier}"), new("c", main)]);
        await scene.SendAsync(pullRequest);
        var proposal = await scene.BranchAsync("proposal");
        var (_, url) = await scene.StartRemoteWithAsync("proposal");
        var update = author.Sign(EventKinds.PullRequestUpdate, [new("E", pullRequest.Id.Hex), new("c", proposal), new("clone", url)]);
        await scene.SendAsync(update);
        await using var live = await scene.WatchAsync(update);

        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(update.Id, (await live.NextAsync()).Id);
    }

    [Fact]
    public async Task A_throttled_domain_goes_on_by_itself_when_its_minute_has_passed()
    {
        await using var scene = await FetchScene.StartAsync(("GitSync:PerDomainPerMinute", "1"));
        var commit = await scene.Work.CommitAsync();
        var (remote, url) = await scene.StartRemoteWithAsync("main");
        await remote.EmptyAsync("nothing");
        await scene.AnnounceAsync([remote.UrlOf("nothing"), url]);
        var state = await scene.StateAsync(scene.Owner, commit);
        await using var live = await scene.WatchAsync(state);

        scene.Time.Advance(FetchScene.UserDelay);
        await remote.NextVisitAsync();
        await scene.Time.WaitBegunAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1, remote.Visits);
        scene.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(state.Id, (await live.NextAsync()).Id);
    }

    [Fact]
    public async Task A_private_address_is_never_asked_unless_the_operator_says_so()
    {
        await using var scene = await FetchScene.StartAsync(("GitSync:AllowPrivateAddresses", "false"));
        var commit = await scene.Work.CommitAsync();
        var (remote, url) = await scene.StartRemoteWithAsync("main");
        await scene.AnnounceAsync([url]);
        await scene.StateAsync(scene.Owner, commit);

        scene.Time.Advance(FetchScene.UserDelay);
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(remote.Requests);
    }

    [Fact]
    public async Task When_it_is_off_nothing_is_fetched()
    {
        await using var scene = await FetchScene.StartAsync(("GitSync:Enabled", "false"));
        var commit = await scene.Work.CommitAsync();
        var (remote, url) = await scene.StartRemoteWithAsync("main");
        await scene.AnnounceAsync([url]);
        await scene.StateAsync(scene.Owner, commit);

        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(0, scene.Server.Services.GetRequiredService<FetchQueue>().Count);
        Assert.Empty(remote.Requests);
    }

    [Fact]
    public async Task What_waited_before_a_crash_is_fetched_after_it()
    {
        using var folder = new TestFolder();
        await using var remote = await RemoteGitServer.StartAsync(folder);
        var work = await WorkRepository.CreateAsync(folder);
        var owner = new Person();
        var commit = await work.CommitAsync();
        var url = await remote.TakeAsync(work, FetchScene.Identifier, "main:main");
        var here = new ServiceAddress("https", "grasp.example", "/");
        var announcement = owner.Announce([here.CloneUrl(new RepositoryAddress(owner.Key, FetchScene.Identifier)), url], [here.RelayUrl], FetchScene.Identifier);
        var state = owner.State(FetchScene.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit });
        string[] settings = ["--Grasp:Domain=grasp.example", "--GitSync:AllowHttp=true", "--GitSync:AllowPrivateAddresses=true"];
        await using (var before = await ServerProcess.StartAsync(folder.Sub("data"), settings))
        {
            await using var relay = await before.ConnectAsync();
            Assert.True((await relay.PublishAsync(announcement)).Accepted);
            Assert.True((await relay.PublishAsync(state)).Accepted);
            await before.KillAsync();
        }

        Directory.CreateDirectory(folder.Sub("data", "git", ".staging", "left-by-the-crash.git"));
        remote.Hold();
        await using var after = await ServerProcess.StartAsync(folder.Sub("data"), settings);
        await using var reader = await after.ConnectAsync();
        await using var live = await reader.SubscribeAsync(new Filter { Ids = FrozenSet.Create(state.Id) });
        remote.LetGo();

        Assert.Equal(state.Id, (await live.NextAsync()).Id);
        Assert.False(Directory.Exists(folder.Sub("data", "git", ".staging", "left-by-the-crash.git")));
    }
}
