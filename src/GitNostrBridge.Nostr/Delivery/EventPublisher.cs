namespace GitNostrBridge.Nostr;

/// <summary>The only way in which an event becomes visible: it is committed first, then the subscribers are told.</summary>
public sealed class EventPublisher(IEventStore store, SubscriptionRegistry registry)
{
    /// <summary>The <see cref="StoredEvent.Sequence"/> in the outcome of an ephemeral event, which is not stored at all.</summary>
    public const long NotStored = 0;

    /// <summary>Makes an event visible, unless the store refuses it. Ephemeral kinds (NIP-01) are passed on and not stored.</summary>
    public async Task<SaveOutcome> PublishAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        if (EventKinds.IsEphemeral(nostrEvent.Kind))
        {
            registry.Deliver(new LiveEvent(nostrEvent, null));
            return new SaveOutcome.Saved(new StoredEvent(NotStored, nostrEvent.Id, nostrEvent.Json));
        }

        var outcome = await store.SaveAsync(nostrEvent, cancellationToken);
        if (outcome is SaveOutcome.Saved saved)
        {
            registry.Deliver(new LiveEvent(nostrEvent, saved.Stored.Sequence));
        }

        return outcome;
    }

    /// <summary>Makes held events visible in the order given; returns those that became so (see <see cref="IEventStore.ReleaseAsync"/>).</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReleaseAsync(IReadOnlyList<EventRelease> releases, CancellationToken cancellationToken)
    {
        var released = await store.ReleaseAsync(releases, cancellationToken);
        foreach (var stored in released)
        {
            registry.Deliver(new LiveEvent(stored.Read(), stored.Sequence));
        }

        return released;
    }
}
