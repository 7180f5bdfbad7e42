using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>An event leaves purgatory only with a commit that serves it.</summary>
public sealed class FailedSaveTests
{
    [Fact]
    public async Task An_event_that_cannot_be_saved_waits_on_leaves_the_others_and_is_released_once_it_can()
    {
        await using var scenario = await Scenario.StartAsync();
        var other = new Person();
        await scenario.ServeAsync(other);
        await scenario.SendAsync(other.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        await scenario.Work.CommitAsync();
        var first = await scenario.SignAsync(scenario.Owner);
        var second = await scenario.SignAsync(other);
        scenario.Execute($"CREATE TRIGGER broken BEFORE INSERT ON event WHEN NEW.id = x'{first.Id.Hex}' BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END");

        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.False(await scenario.IsServedAsync(first));
        Assert.True(await scenario.IsServedAsync(second));
        var store = scenario.Server.Services.GetRequiredService<IEventStore>();
        Assert.Contains(first.Id, (await store.HeldByAsync(scenario.Owner.Key, CancellationToken.None)).Select(held => held.Event.Id));
        Assert.NotEmpty(scenario.Server.LoggedErrors);

        scenario.Execute("DROP TRIGGER broken");
        await scenario.Work.CommitAsync();
        var third = await scenario.SignAsync(scenario.Owner);
        scenario.Execute($"CREATE TRIGGER broken BEFORE INSERT ON event WHEN NEW.id = x'{third.Id.Hex}' BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END");
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.False(await scenario.IsServedAsync(third));
        scenario.Execute("DROP TRIGGER broken");

        var report = await scenario.Server.Services.GetRequiredService<PurgatoryGate>().ProcessSatisfiableEventsAsync(Scenario.Identifier, CancellationToken.None);

        Assert.Equal([third.Id], report.Released.Select(released => released.Id));
        Assert.True(await scenario.IsServedAsync(third));
    }
}
