namespace GitNostrBridge.Nostr;

/// <summary>Who wants to hear of which events. Safe for use by many threads at once.</summary>
/// <remarks>
/// Each filter is filed under the values of one condition, the narrowest that it has; an event is looked up under its own values. So what an event
/// costs depends on how many could want it, not on how many subscriptions there are.
/// </remarks>
public sealed class SubscriptionRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SubscriptionKey, HashSet<Entry>> _byKey = [];
    private int _count;

    /// <summary>How many subscriptions there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// From now until the result is disposed, <paramref name="deliver"/> is called with every event that becomes visible and matches any filter.
    /// It is called by whoever publishes, perhaps by several threads at once and once more while it is being disposed; it must neither block nor throw.
    /// </summary>
    public IDisposable Add(IReadOnlyList<Filter> filters, Action<LiveEvent> deliver)
    {
        var entry = new Entry(this, filters, deliver);
        lock (_gate)
        {
            _count++;
            foreach (var key in entry.Keys)
            {
                if (!_byKey.TryGetValue(key, out var entries))
                {
                    _byKey.Add(key, entries = []);
                }

                entries.Add(entry);
            }
        }

        return entry;
    }

    /// <summary>Tells everybody concerned; for <see cref="EventPublisher"/>, after the event has been committed.</summary>
    internal void Deliver(LiveEvent live)
    {
        foreach (var entry in Candidates(live.Event))
        {
            if (FilterMatcher.MatchesAny(entry.Filters, live.Event))
            {
                entry.Deliver(live);
            }
        }
    }

    private HashSet<Entry> Candidates(NostrEvent nostrEvent)
    {
        var candidates = new HashSet<Entry>();
        lock (_gate)
        {
            foreach (var key in SubscriptionKey.Of(nostrEvent))
            {
                if (_byKey.TryGetValue(key, out var entries))
                {
                    candidates.UnionWith(entries);
                }
            }
        }

        return candidates;
    }

    private void Remove(Entry entry)
    {
        lock (_gate)
        {
            _count--;
            foreach (var key in entry.Keys)
            {
                var entries = _byKey[key];
                entries.Remove(entry);
                if (entries.Count == 0)
                {
                    _byKey.Remove(key);
                }
            }
        }
    }

    private sealed class Entry(SubscriptionRegistry owner, IReadOnlyList<Filter> filters, Action<LiveEvent> deliver) : IDisposable
    {
        private int _disposed;

        public IReadOnlyList<Filter> Filters => filters;

        public IReadOnlyCollection<SubscriptionKey> Keys { get; } = filters.SelectMany(SubscriptionKey.Of).ToHashSet();

        public Action<LiveEvent> Deliver => deliver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                owner.Remove(this);
            }
        }
    }
}
