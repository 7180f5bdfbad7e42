namespace GitNostrBridge.Nostr.Tests;

/// <summary>As much of an event store as publishing needs: saving, holding, releasing and querying, in memory.</summary>
internal sealed class MemoryEventStore : IEventStore
{
    private readonly Lock _gate = new();
    private readonly List<(long Sequence, NostrEvent Event)> _served = [];
    private readonly Dictionary<EventId, NostrEvent> _held = [];

    public Task<SaveOutcome> SaveAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<SaveOutcome>(_served.Any(served => served.Event.Id == nostrEvent.Id)
                ? new SaveOutcome.Duplicate()
                : new SaveOutcome.Saved(Serve(nostrEvent)));
        }
    }

    public Task<HoldOutcome> HoldAsync(HeldEvent held, CancellationToken cancellationToken)
    {
        _held[held.Event.Id] = held.Event;
        return Task.FromResult<HoldOutcome>(new HoldOutcome.Held());
    }

    public Task<HoldOutcome> HoldAsync(HeldEvent held, IReadOnlyCollection<string> alsoUnder, CancellationToken cancellationToken) => HoldAsync(held, cancellationToken);

    public Task<IReadOnlyList<StoredEvent>> ReleaseAsync(IReadOnlyList<EventRelease> releases, CancellationToken cancellationToken)
    {
        var released = new List<StoredEvent>();
        foreach (var release in releases)
        {
            if (_held.Remove(release.Id, out var held))
            {
                released.Add(Serve(held));
            }
        }

        return Task.FromResult<IReadOnlyList<StoredEvent>>(released);
    }

    public Task<QueryResult> QueryAsync(IReadOnlyList<Filter> filters, QueryBounds bounds, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var found = _served.Where(served => FilterMatcher.MatchesAny(filters, served.Event))
                .Select(served => new StoredEvent(served.Sequence, served.Event.Id, served.Event.Json));
            return Task.FromResult(new QueryResult([.. found], _served.Count));
        }
    }

    public Task<int> DropAsync(IReadOnlyList<EventId> held, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EventId>> DeleteAsync(EventDeletion deletion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> VanishAsync(PublicKey author, long until, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> WithdrawAsync(IReadOnlyList<EventId> served, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<NostrEvent>> ServedExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldEvent>> HeldByAsync(PublicKey author, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> CountAsync(IReadOnlyList<Filter> filters, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<HeldPart> HeldAsync(HeldQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AddressedEvents> AtAsync(AddressedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IdentifierAuthors> AuthorsAsync(string identifier, int kind, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> HeldTopicsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<HeldCount> CountHeldAsync(PublicKey author, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldEvent>> ExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RescheduleAsync(EventId held, DateTimeOffset deadline, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Standing>> StandingsAsync(string topic, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ExpireAsync(IReadOnlyList<EventId> held, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> HasExpiredAsync(EventId id, DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ForgetExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldKind>> HeldKindsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldEvent>> HeldAfterAsync(HeldPlace? place, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<OwnedEvents> OwnedAsync(OwnedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EventCounts> CountAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private StoredEvent Serve(NostrEvent nostrEvent)
    {
        _served.Add((_served.Count + 1, nostrEvent));
        return new StoredEvent(_served.Count, nostrEvent.Id, nostrEvent.Json);
    }
}
