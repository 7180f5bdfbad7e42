using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>What strangers heap up under an identifier neither hides its owners nor makes each passage through the gate cost more.</summary>
public sealed class CrowdedIdentifierTests
{
    // Together beyond the bound of what a snapshot holds of strangers, 1,000 events and 4 MiB each of what is served and of what waits.
    private const int Strangers = 300;

    private static readonly string Bulk = new('x', 16 * 1024);

    [Fact]
    public async Task Newer_announcements_of_strangers_do_not_push_an_owner_or_a_maintainer_out()
    {
        await using var scenario = await Scenario.StartAsync();
        var member = new Person();
        await scenario.AnnounceAsync(member);
        await scenario.SendAsync(member.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        await CrowdAsync(scenario);

        await scenario.Work.CommitAsync();
        var first = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(first));

        var commit = await scenario.Work.CommitAsync();
        var second = await scenario.SignAsync(member);
        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.True(await scenario.IsServedAsync(second));
        Assert.Equal(commit, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);
        Assert.Equal(commit, scenario.ServerRefs(member)["refs/heads/main"]);
        var check = scenario.Server.Services.GetRequiredService<InvariantCheck>();
        await foreach (var violation in check.CheckAllAsync(CancellationToken.None))
        {
            Assert.Fail(violation.ToString());
        }
    }

    [Fact]
    public async Task However_many_pull_requests_wait_a_passage_reads_little_and_releases_the_one_whose_commit_is_here()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var store = scenario.Server.Services.GetRequiredService<IEventStore>();
        var stranger = new Person();
        for (var number = 0; number < Strangers; number++)
        {
            await HoldAsync(store, Propose(stranger, scenario.Owner, $"{number + 1:x40}"));
        }

        var here = Propose(new Person(), scenario.Owner, await scenario.Work.OkAsync("rev-parse", "main"));
        await HoldAsync(store, here);
        var (counting, count) = CountingStore.Around(store);

        var report = await GateOn(counting, scenario).ProcessSatisfiableEventsAsync(Scenario.Identifier, CancellationToken.None);

        Assert.Equal([here.Id], report.Released.Select(released => released.Id));
        Assert.InRange(count.Calls, 1, 50);
    }

    /// <summary>Lets strangers have newer announcements, served and held, than everybody before them, and held states older than everybody's.</summary>
    internal static async Task CrowdAsync(Scenario scenario)
    {
        var store = scenario.Server.Services.GetRequiredService<IEventStore>();
        for (var number = 0; number < Strangers; number++)
        {
            await store.SaveAsync(AnnounceElsewhere(), CancellationToken.None);
            await HoldAsync(AnnounceElsewhere());
        }

        // In the parts in which the gate looks at who has a state waiting, everybody else comes after these.
        for (var number = 0; number < 2 * RepositoryCatalogue.MostAround; number++)
        {
            await HoldAsync(new Person().Sign(EventKinds.RepositoryState, [new("d", Scenario.Identifier)], createdAt: number));
        }

        Task HoldAsync(NostrEvent waiting) => store.HoldAsync(
            new HeldEvent(waiting, Scenario.Identifier, ReplacesOlder: true, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddDays(1)), CancellationToken.None);
    }

    private static PurgatoryGate GateOn(IEventStore store, Scenario scenario)
    {
        var services = scenario.Server.Services;
        var catalogue = new RepositoryCatalogue(store, scenario.Server.Here, MaintainerModel.Reciprocal);
        return ActivatorUtilities.CreateInstance<PurgatoryGate>(
            services,
            store,
            catalogue,
            ActivatorUtilities.CreateInstance<DuePullRequests>(services, store, catalogue),
            ActivatorUtilities.CreateInstance<PullRequestRelease>(services, new PullRequestTargets(store), catalogue));
    }

    private static Task<HoldOutcome> HoldAsync(IEventStore store, NostrEvent pullRequest) => store.HoldAsync(
        new HeldEvent(pullRequest, Scenario.Identifier, ReplacesOlder: false, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1)), CancellationToken.None);

    private static NostrEvent Propose(Person author, Person owner, string commit) => author.Sign(
        EventKinds.PullRequest, [new("a", $"30617:{owner.Key.Hex}:{Scenario.Identifier}"), new("c", commit)]);

    private static NostrEvent AnnounceElsewhere() => new Person().Sign(EventKinds.RepositoryAnnouncement, [new("d", Scenario.Identifier)], Bulk);
}
