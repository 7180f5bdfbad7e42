namespace GitNostrBridge.Nostr.Tests;

public sealed class LiveSubscriptionTests
{
    private static readonly IReadOnlyList<Filter> Anything = [new Filter()];

    private readonly MemoryEventStore _store = new();
    private readonly SubscriptionRegistry _registry = new();
    private readonly EventPublisher _publisher;
    private readonly List<string> _heard = [];

    public LiveSubscriptionTests() => _publisher = new EventPublisher(_store, _registry);

    [Fact]
    public async Task What_came_before_the_start_waits_for_it_and_what_the_query_saw_is_dropped()
    {
        await PublishAsync("1 before");
        using var subscription = new LiveSubscription(_registry, Anything, 10, Hear);
        await PublishAsync("2 seen by the query");
        var seen = await _store.QueryAsync(Anything, QueryBounds.Internal, default);
        await PublishAsync("3 collected");
        await PublishAsync("ephemeral", kind: 20_000);
        Assert.Empty(_heard);

        Assert.True(subscription.Start(seen.Horizon));
        await PublishAsync("4 live");

        Assert.Equal(2, seen.Events.Count);
        Assert.Equal(["3 collected", "ephemeral", "4 live"], _heard);
    }

    [Fact]
    public async Task An_event_that_the_query_saw_is_dropped_even_when_it_is_delivered_late()
    {
        using var subscription = new LiveSubscription(_registry, Anything, 10, Hear);
        Assert.True(subscription.Start(horizon: 1));

        await PublishAsync("1");
        await PublishAsync("2");

        Assert.Equal(["2"], _heard);
    }

    [Fact]
    public async Task More_than_can_be_kept_ends_it()
    {
        using var subscription = new LiveSubscription(_registry, Anything, 2, Hear);
        await PublishAsync("1");
        await PublishAsync("2");
        await PublishAsync("3");

        Assert.False(subscription.Start(0));
        await PublishAsync("4");

        Assert.Empty(_heard);
    }

    [Fact]
    public async Task As_much_as_can_be_kept_is_kept()
    {
        using var subscription = new LiveSubscription(_registry, Anything, 2, Hear);
        await PublishAsync("1");
        await PublishAsync("2");

        Assert.True(subscription.Start(0));
        Assert.Equal(["1", "2"], _heard);
    }

    [Fact]
    public async Task After_disposal_nothing_is_delivered()
    {
        var collecting = new LiveSubscription(_registry, Anything, 2, Hear);
        var live = new LiveSubscription(_registry, Anything, 2, Hear);
        live.Start(0);

        collecting.Dispose();
        live.Dispose();
        await PublishAsync("1");

        Assert.False(collecting.Start(0));
        Assert.Equal(0, _registry.Count);
        Assert.Empty(_heard);
    }

    [Fact]
    public async Task With_many_publishers_each_event_comes_exactly_once()
    {
        const int Publishers = 4, Each = 100;
        var events = Enumerable.Range(0, Publishers * Each).Select(number => SampleEvents.Sign(createdAt: number)).ToArray();

        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            for (var number = 0; number < Each; number++)
            {
                await _publisher.PublishAsync(events[(publisher * Each) + number], default);
                await Task.Yield();
            }
        })));
        var subscribing = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            var heard = new List<EventId>();
            var subscription = new LiveSubscription(_registry, Anything, 1000, live => heard.Add(live.Event.Id));
            var stored = await _store.QueryAsync(Anything, QueryBounds.Internal, default);
            Assert.True(subscription.Start(stored.Horizon));
            await publishing;
            subscription.Dispose();
            return stored.Events.Select(found => found.Id).Concat(heard).ToList();
        }));

        foreach (var all in await Task.WhenAll(subscribing))
        {
            Assert.Equal(events.Select(sample => sample.Id).Order(), all.Order());
        }
    }

    private void Hear(LiveEvent live) => _heard.Add(live.Event.Content);

    private Task<SaveOutcome> PublishAsync(string content, int kind = 1) => _publisher.PublishAsync(SampleEvents.Sign(kind: kind, content: content), default);
}
