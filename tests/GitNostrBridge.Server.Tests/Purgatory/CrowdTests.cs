using System.Text;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Whoever asks after some of what waits does not read all that strangers let wait under the same identifier.</summary>
public sealed class CrowdTests(Crowd crowd) : IClassFixture<Crowd>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Giving_an_owner_more_time_reads_his_announcement_alone()
    {
        var owner = new Person();
        var announcement = crowd.Announce(owner);
        await crowd.HoldAsync(announcement, replacesOlder: true, DateTimeOffset.UtcNow.AddMinutes(-1));
        var (lease, count) = crowd.Make<AnnouncementLease>((store, _) => [store]);

        await lease.ExtendAsync(Scenario.Identifier, [owner.Key], Stop);

        Assert.Equal(1, count.Waiting);
        var deadline = Assert.Single(await crowd.Store.HeldByAsync(owner.Key, Stop)).Deadline;
        Assert.InRange(deadline, DateTimeOffset.UtcNow.AddMinutes(29), DateTimeOffset.UtcNow.AddMinutes(31));
        Assert.NotNull(crowd.Scenario.Server.Repository(owner, Scenario.Identifier));
    }

    [Fact]
    public async Task Holding_an_announcement_again_reads_the_one_that_it_replaces_alone()
    {
        var owner = new Person();
        var since = DateTimeOffset.UtcNow.AddHours(-1);
        await crowd.HoldAsync(crowd.Announce(owner), replacesOlder: true, since);
        var (purgatory, count) = crowd.Make<Grasp.Purgatory>((store, _) => [store]);

        await purgatory.HoldAsync(crowd.Announce(owner), Scenario.Identifier, replacesOlder: true, Stop);

        Assert.Equal(1, count.Waiting);
        Assert.Equal(since, Assert.Single(await crowd.Store.HeldByAsync(owner.Key, Stop)).HeldSince);
    }

    [Fact]
    public async Task Looking_for_what_is_missing_reads_what_needs_data_and_knows_where_it_may_be()
    {
        var (missing, count) = crowd.Make<MissingObjects>((store, catalogue) => [store, catalogue, new PullRequestTargets(store)]);

        var plan = await missing.FindAsync(Scenario.Identifier, Stop);

        Assert.InRange(count.Waiting, 1, Crowd.Beside + 10);
        var want = Assert.Single(plan.Wants);
        Assert.Equal(crowd.Scenario.Server.Repository(crowd.Scenario.Owner, Scenario.Identifier).Path, want.Target.Path);
        Assert.Equal(Crowd.Elsewhere, plan.Sources[0].Url);
        Assert.InRange(plan.Sources.Count, 2, 100);
        Assert.Equal(want.Target.Path, plan.Lenders[0].Path);
    }

    [Fact]
    public async Task The_view_of_one_identifier_reads_the_part_that_it_shows()
    {
        var (view, count) = crowd.Make<PurgatoryView>((store, catalogue) => [store, catalogue]);

        var first = await view.ReadAsync(after: null, most: 10, Scenario.Identifier, Stop);
        var second = await view.ReadAsync(first.Next, most: 10, Scenario.Identifier, Stop);

        Assert.InRange(count.Waiting, 20, 2 * (Crowd.Beside + 50));
        Assert.Equal(Enumerable.Range(0, 20).Select(second => DateTimeOffset.UnixEpoch.AddSeconds(second)), first.Events.Concat(second.Events).Select(waiting => waiting.Held.HeldSince));
    }

    [Fact]
    public async Task A_repositorys_page_shows_what_waits_for_it_and_reads_no_more_of_the_others_than_it_must()
    {
        var (page, count) = crowd.Make<RepositoryPage>((store, catalogue) => [store, catalogue]);
        var context = new DefaultHttpContext { RequestServices = crowd.Scenario.Server.Services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        var owner = crowd.Scenario.Owner;

        await page.ShowAsync(context, new RepositoryAddress(owner.Key, Scenario.Identifier), crowd.Scenario.Server.Repository(owner, Scenario.Identifier));

        Assert.InRange(count.Waiting, 1, Crowd.Beside + 10);
        Assert.Contains($"state <code>{crowd.State.Id.Hex[..8]}</code>", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_goes_through_what_waits_part_by_part_to_its_end()
    {
        await using var scenario = await Scenario.StartAsync(("GitSync:Enabled", "false"));
        var (_, served) = await scenario.ServeAsync();
        var store = scenario.Server.Services.GetRequiredService<IEventStore>();
        await Task.WhenAll(Enumerable.Range(0, 2 * Crowd.Beside).Select(_ => store.HoldAsync(
            new HeldEvent(new Person().State(Scenario.Identifier, new Dictionary<string, string>()), Scenario.Identifier, false, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1)), Stop)));
        scenario.Execute(
            "INSERT INTO held (id, topic, author, kind, created_at, identifier, replaces_older, held_since, deadline, json) "
            + $"SELECT id, identifier, author, kind, created_at, identifier, 0, {DateTime.MaxValue.Ticks}, {DateTime.MaxValue.Ticks}, json FROM event WHERE id = x'{served.Id.Hex}'");
        var (counting, count) = CountingStore.Around(store);
        var catalogue = new RepositoryCatalogue(counting, scenario.Server.Here, MaintainerModel.Reciprocal);
        var check = ActivatorUtilities.CreateInstance<InvariantCheck>(scenario.Server.Services, counting, catalogue);

        Assert.Equal([new Violation.ServedAndHeld(Scenario.Identifier, served.Id)], await check.CheckAsync(Scenario.Identifier, Stop));

        Assert.InRange(count.Waiting, 2 * Crowd.Beside, 4 * Crowd.Beside);
        Assert.InRange(count.Largest, 1, Crowd.Beside);
    }
}
