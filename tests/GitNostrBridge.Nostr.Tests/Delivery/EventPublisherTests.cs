namespace GitNostrBridge.Nostr.Tests;

public sealed class EventPublisherTests
{
    private readonly MemoryEventStore _store = new();
    private readonly SubscriptionRegistry _registry = new();
    private readonly EventPublisher _publisher;
    private readonly List<LiveEvent> _heard = [];

    public EventPublisherTests() => _publisher = new EventPublisher(_store, _registry);

    [Fact]
    public async Task A_saved_event_is_delivered_to_those_who_asked_for_it()
    {
        var issue = SampleEvents.Sign(kind: EventKinds.Issue);
        _registry.Add([new Filter { Kinds = [0] }, new Filter { Kinds = [EventKinds.Issue] }], _heard.Add);
        _registry.Add([new Filter { Kinds = [0] }], _ => Assert.Fail("not asked for"));

        var saved = Assert.IsType<SaveOutcome.Saved>(await _publisher.PublishAsync(issue, default));

        Assert.Equal(new LiveEvent(issue, saved.Stored.Sequence), Assert.Single(_heard));
    }

    [Fact]
    public async Task An_event_that_is_not_saved_is_not_delivered()
    {
        await _publisher.PublishAsync(SampleEvents.Sign(content: "once"), default);
        _registry.Add([new Filter()], _heard.Add);
        var again = (await _store.QueryAsync([new Filter()], QueryBounds.Internal, default)).Events[0].Read();

        Assert.IsType<SaveOutcome.Duplicate>(await _publisher.PublishAsync(again, default));
        Assert.Empty(_heard);
    }

    [Fact]
    public async Task An_ephemeral_event_is_delivered_and_not_stored()
    {
        var ephemeral = SampleEvents.Sign(kind: 20_000);
        _registry.Add([new Filter()], _heard.Add);

        Assert.IsType<SaveOutcome.Saved>(await _publisher.PublishAsync(ephemeral, default));

        Assert.Equal(new LiveEvent(ephemeral, null), Assert.Single(_heard));
        Assert.Empty((await _store.QueryAsync([new Filter()], QueryBounds.Internal, default)).Events);
    }

    [Fact]
    public async Task Released_events_are_delivered_in_order_and_those_that_were_not_held_are_not()
    {
        var held = Enumerable.Range(0, 3).Select(number => SampleEvents.Sign(content: $"{number}")).ToArray();
        foreach (var nostrEvent in held)
        {
            await _store.HoldAsync(new HeldEvent(nostrEvent, "topic", false, default, default), default);
        }

        _registry.Add([new Filter()], _heard.Add);
        EventId[] order = [held[2].Id, default, held[0].Id, held[1].Id];

        var released = await _publisher.ReleaseAsync([.. order.Select(id => new EventRelease(id, []))], default);

        Assert.Equal([held[2].Id, held[0].Id, held[1].Id], _heard.Select(live => live.Event.Id));
        Assert.Equal(released.Select(stored => (long?)stored.Sequence), _heard.Select(live => live.Sequence));
        Assert.All(_heard, live => Assert.IsType<EventVerification.Genuine>(new EventVerifier(Schnorr.Best).Verify(live.Event)));
    }

    [Fact]
    public async Task After_disposal_nothing_is_delivered()
    {
        var registration = _registry.Add([new Filter()], _heard.Add);
        Assert.Equal(1, _registry.Count);

        registration.Dispose();
        registration.Dispose();
        await _publisher.PublishAsync(SampleEvents.Sign(), default);

        Assert.Equal(0, _registry.Count);
        Assert.Empty(_heard);
    }
}
