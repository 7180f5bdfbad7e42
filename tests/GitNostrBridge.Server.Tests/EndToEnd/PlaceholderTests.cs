using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Commits that are pushed to refs/nostr/ before their event comes (R28-R31).</summary>
public sealed class PlaceholderTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Pushed_before_its_event_a_commit_waits_unseen_and_is_released_the_moment_the_event_comes(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var pullRequest = PullRequest(scenario, await scenario.Work.CommitAsync());
        var push = await scenario.Work.RunAsync("push", scenario.Url, RefSpec(pullRequest));
        Assert.True(push.Code == 0, push.All);
        Assert.Contains("[new reference]", push.Errors, StringComparison.Ordinal);
        await AssertHiddenAsync(scenario);

        Assert.Equal("", await scenario.SendAsync(pullRequest));

        Assert.True(await scenario.IsServedAsync(pullRequest));
        Assert.Contains(NostrRef.Of(pullRequest.Id).Full, await scenario.Work.OkAsync("ls-remote", scenario.Url), StringComparison.Ordinal);
        Assert.Empty(Placeholders(scenario));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Pushed_again_the_same_commit_is_fine_and_another_one_is_refused(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var first = await scenario.Work.CommitAsync();
        var pullRequest = PullRequest(scenario, first);
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));

        var second = await scenario.Work.CommitAsync();
        var refused = await scenario.Work.RunAsync("push", "--porcelain", "--force", scenario.Url, RefSpec(pullRequest));

        Assert.NotEqual(0, refused.Code);
        Assert.Contains($"expected {first[..10]}, got {second[..10]}", refused.Output, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Single(Placeholders(scenario)).Commit.Hex);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_event_that_names_another_commit_takes_the_ref_away(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var pushed = await scenario.Work.CommitAsync();
        var pullRequest = PullRequest(scenario, await scenario.Work.CommitAsync());
        await scenario.Work.OkAsync("push", scenario.Url, $"{pushed}:{NostrRef.Of(pullRequest.Id)}");

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(pullRequest));

        Assert.Empty(Placeholders(scenario));
        await AssertHiddenAsync(scenario);
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));
        Assert.True(await scenario.IsServedAsync(pullRequest));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unclaimed_it_is_gone_after_20_minutes_on_restart_too(bool restarted)
    {
        // The test itself sweeps; the server's own sweep would come in between.
        (string, string)[] settings = [("Purgatory:SweepInterval", "1.00:00:00")];
        await using var scenario = await Scenario.StartAsync(_time, settings);
        await scenario.ServeAsync();
        var pullRequest = PullRequest(scenario, await scenario.Work.CommitAsync());
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));
        if (restarted)
        {
            await scenario.RestartAsync(_time, settings);
        }

        var expiry = scenario.Server.Services.GetRequiredService<PlaceholderExpiry>();

        // The name holds whole seconds, so the first of the two may come up to one early.
        _time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(2));
        await expiry.SweepAsync(CancellationToken.None);
        Assert.Single(Placeholders(scenario));
        _time.Advance(TimeSpan.FromSeconds(2));
        await expiry.SweepAsync(CancellationToken.None);
        Assert.Empty(Placeholders(scenario));

        Assert.Equal(0, await expiry.SweepAsync(CancellationToken.None));
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));
        Assert.Single(Placeholders(scenario));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_push_that_git_refuses_is_not_remembered(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time, ("Limits:PackBytes", "2000"));
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var pullRequest = PullRequest(scenario, await scenario.Work.CommitAsync(Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8000))));
        var refused = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, RefSpec(pullRequest));
        Assert.NotEqual(0, refused.Code);
        Assert.Empty(Placeholders(scenario));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_more_wait_in_one_repository_than_allowed(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time, ("Purgatory:MostPlaceholdersPerRepository", "1"));
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var commit = await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(PullRequest(scenario, commit)));
        var second = PullRequest(scenario, commit);
        var refused = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, RefSpec(second));
        Assert.Contains("send the event first", refused.Output, StringComparison.Ordinal);
        await scenario.SendAsync(second);
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_anonymous_push_releases_neither_the_announcement_nor_the_state_even_if_it_brings_their_objects(int version)
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.SpeakAsync(version);
        var commit = await scenario.Work.CommitAsync();
        var announcement = await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await scenario.Work.OkAsync("push", scenario.Url, $"{commit}:refs/nostr/{new string('a', 64)}");

        Assert.False(await scenario.IsServedAsync(announcement));
        Assert.False(await scenario.IsServedAsync(state));
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(announcement));
    }

    [Theory]
    [InlineData(":refs/nostr/{id}", "not deleted by a push")]
    [InlineData("HEAD:refs/nostr/abc", "64 hex digits")]
    [InlineData("HEAD:refs/placeholders/1/{id}", "only refs/heads/, refs/tags/ and refs/nostr/")]
    public async Task Other_pushes_to_these_names_are_refused(string refSpec, string reason)
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.ServeAsync();
        var pullRequest = PullRequest(scenario, await scenario.Work.CommitAsync());
        await scenario.SendAsync(pullRequest);
        await scenario.Work.OkAsync("push", scenario.Url, RefSpec(pullRequest));
        var refused = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, refSpec.Replace("{id}", pullRequest.Id.Hex, StringComparison.Ordinal));
        Assert.NotEqual(0, refused.Code);
        Assert.Contains(reason, refused.Output, StringComparison.Ordinal);
    }

    private static NostrEvent PullRequest(Scenario scenario, string commit) => new Person().Sign(
        EventKinds.PullRequest,
        [new("a", $"30617:{scenario.Owner.Key}:{Scenario.Identifier}"), new("c", commit), new("subject", "A change")]);

    private static string RefSpec(NostrEvent pullRequest) => $"HEAD:{NostrRef.Of(pullRequest.Id)}";

    private static List<PlaceholderRef> Placeholders(Scenario scenario) =>
        [.. PlaceholderRef.In(scenario.Server.Repository(scenario.Owner, Scenario.Identifier).ReadRefs())];

    private static async Task AssertHiddenAsync(Scenario scenario)
    {
        foreach (var version in (string[])["0", "1", "2"])
        {
            var listed = await scenario.Work.OkAsync("-c", $"protocol.version={version}", "ls-remote", scenario.Url);
            Assert.DoesNotContain("refs/nostr/", listed, StringComparison.Ordinal);
            Assert.DoesNotContain("refs/placeholders/", listed, StringComparison.Ordinal);
        }

        var forPush = await RawRequest.SendAsync(scenario.Server, "GET", $"{new Uri(scenario.Url).AbsolutePath}/info/refs?service=git-receive-pack");
        Assert.DoesNotContain("refs/placeholders/", forPush.Body, StringComparison.Ordinal);
    }
}
