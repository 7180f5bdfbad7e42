using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>How much may wait, and that what has begun to wait is brought to an end.</summary>
public sealed class HeldBoundsTests
{
    [Fact]
    public async Task States_count_among_an_authors_waiting_events_and_one_that_waits_may_be_sent_again()
    {
        await using var scenario = await Scenario.StartAsync(("Purgatory:MostEventsPerAuthor", "2"));
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        var first = await scenario.SignAsync(scenario.Owner);
        await scenario.SignAsync(scenario.Owner);

        var refusal = await scenario.SendRefusedAsync(scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync()));

        Assert.StartsWith("rate-limited: 2 events of this author wait", refusal, StringComparison.Ordinal);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(first));
    }

    [Fact]
    public async Task An_event_passes_the_gate_though_its_sender_has_gone()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var state = scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync());
        await using var live = await scenario.Relay.SubscribeAsync(new Filter { Ids = [state.Id] });
        var services = scenario.Server.Services;
        var turn = await services.GetRequiredService<IdentifierLock>().EnterAsync(Scenario.Identifier, CancellationToken.None);
        await using (var sender = await RawRelay.ConnectAsync(scenario.Server))
        {
            await sender.SendAsync($"[\"EVENT\",{System.Text.Encoding.UTF8.GetString(state.Json.Span)}]");
            var store = services.GetRequiredService<IEventStore>();
            while ((await store.CountAllAsync(CancellationToken.None)).Held == 0)
            {
            }
        }

        Assert.False(await scenario.IsServedAsync(state));
        turn.Dispose();

        Assert.Equal(state.Id, (await live.NextAsync()).Id);
    }
}
