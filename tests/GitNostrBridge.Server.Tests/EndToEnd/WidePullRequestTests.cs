using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>One pull request towards repositories of several identifiers (R30).</summary>
public sealed class WidePullRequestTests
{
    private const string Other = "another";

    [Theory]
    [InlineData(Scenario.Identifier)]
    [InlineData(Other)]
    public async Task Its_commit_pushed_to_one_of_them_releases_it_and_points_its_ref_in_all(string pushedTo)
    {
        await using var scenario = await StartAsync();
        var pullRequest = await ProposeAsync(scenario);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(pullRequest));

        await scenario.Work.OkAsync("push", scenario.Server.CloneUrl(scenario.Owner, pushedTo), $"main:refs/nostr/{pullRequest.Id.Hex}");

        await AssertReleasedAsync(scenario, pullRequest);
    }

    [Theory]
    [InlineData(Scenario.Identifier)]
    [InlineData(Other)]
    public async Task Pushed_before_the_event_it_is_claimed_wherever_it_is(string pushedTo)
    {
        await using var scenario = await StartAsync();
        var pullRequest = await ProposeAsync(scenario);
        await scenario.Work.OkAsync("push", scenario.Server.CloneUrl(scenario.Owner, pushedTo), $"main:refs/nostr/{pullRequest.Id.Hex}");

        Assert.Equal("", await scenario.SendAsync(pullRequest));

        await AssertReleasedAsync(scenario, pullRequest);
    }

    [Fact]
    public async Task Both_ways_at_once_no_turn_waits_for_the_other()
    {
        await using var scenario = await StartAsync();
        await scenario.SendAsync(await ProposeAsync(scenario));
        var gate = scenario.Server.Services.GetRequiredService<PurgatoryGate>();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => gate.ProcessSatisfiableEventsAsync(number % 2 == 0 ? Scenario.Identifier : Other, CancellationToken.None)))
            .WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static async Task<Scenario> StartAsync()
    {
        var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, Other));
        await scenario.SendAsync(scenario.Owner.State(Other, await scenario.Work.RefsAsync()));
        await scenario.Work.OkAsync("push", scenario.Server.CloneUrl(scenario.Owner, Other), "main");
        return scenario;
    }

    private static async Task<NostrEvent> ProposeAsync(Scenario scenario) => new Person().Sign(
        EventKinds.PullRequest,
        [
            new("a", $"30617:{scenario.Owner.Key.Hex}:{Scenario.Identifier}"),
            new("a", $"30617:{scenario.Owner.Key.Hex}:{Other}"),
            new("c", await scenario.Work.CommitAsync()),
        ]);

    private static async Task AssertReleasedAsync(Scenario scenario, NostrEvent pullRequest)
    {
        Assert.True(await scenario.IsServedAsync(pullRequest));
        var commit = pullRequest.FirstTag("c")!.Value;
        foreach (var identifier in new[] { Scenario.Identifier, Other })
        {
            var repository = scenario.Server.Repository(scenario.Owner, identifier);
            var refs = repository.ReadRefs().Refs.ToDictionary(entry => entry.Key.Full, entry => entry.Value.Hex);
            Assert.Equal(commit, refs[$"refs/nostr/{pullRequest.Id.Hex}"]);
            Assert.DoesNotContain(refs.Keys, name => name.StartsWith("refs/placeholders/", StringComparison.Ordinal));
            await scenario.Work.Git.OkAsync(repository.Path, "-c", "safe.directory=*", "fsck", "--full");
        }
    }
}
