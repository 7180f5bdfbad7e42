using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-40: events that their authors want forgotten.</summary>
public sealed class Nip40Tests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(3_600, true)]
    public async Task An_event_is_taken_only_before_its_expiration(int seconds, bool isTaken)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var issue = scenario.Issue(new Person(), "", Expiration(seconds));

        var reply = await scenario.Relay.PublishAsync(issue);

        Assert.Equal(isTaken, reply.Accepted);
        Assert.Equal(isTaken, await scenario.IsServedAsync(issue));
        Assert.StartsWith(isTaken ? "" : "invalid: the event has expired", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_event_is_served_no_longer_and_is_swept_away()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var issue = scenario.Issue(new Person(), "", Expiration(3));
        await scenario.SendAsync(issue);
        await using var live = await scenario.Relay.SubscribeAsync(new Filter { Kinds = [EventKinds.Issue] });

        while (await scenario.IsServedAsync(issue))
        {
            // The server's clock is the machine's.
        }

        var sweep = scenario.Server.Services.GetRequiredService<ExpirySweep>();
        Assert.Equal(1, await sweep.SweepAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await sweep.SweepAsync(TestContext.Current.CancellationToken));
        await scenario.SendRefusedAsync(issue);
        var next = scenario.Issue(new Person());
        await scenario.SendAsync(next);
        Assert.Equal(next.Id, (await live.NextAsync()).Id);
    }

    [Fact]
    public async Task With_an_expired_announcement_its_repository_leaves_service()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var passing = scenario.Owner.Sign(
            EventKinds.RepositoryAnnouncement,
            [new("d", Scenario.Identifier), new("clone", scenario.Url), new("relays", scenario.Server.Here.RelayUrl), Expiration(3)]);
        await scenario.SendAsync(passing);

        while (await scenario.IsServedAsync(passing))
        {
            // The server's clock is the machine's.
        }

        await scenario.Server.Services.GetRequiredService<ExpirySweep>().SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal(404, await scenario.GitStatusAsync(scenario.Owner));
        Assert.Single(Directory.GetDirectories(scenario.Server.Folder.Sub("data", "git", ".aside"), "project.git", SearchOption.AllDirectories));
    }

    private static EventTag Expiration(int seconds) =>
        new("expiration", DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
}
