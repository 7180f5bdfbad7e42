using System.Collections.Concurrent;

namespace GitNostrBridge.Nostr;

/// <summary>Who wants to hear of which events. Safe for use by many threads at once.</summary>
public sealed class SubscriptionRegistry
{
    private readonly ConcurrentDictionary<Entry, byte> _entries = new();

    /// <summary>How many subscriptions there are.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// From now until the result is disposed, <paramref name="deliver"/> is called with every event that becomes visible and matches any filter.
    /// It is called by whoever publishes, perhaps by several threads at once and once more while it is being disposed; it must neither block nor throw.
    /// </summary>
    public IDisposable Add(IReadOnlyList<Filter> filters, Action<LiveEvent> deliver)
    {
        var entry = new Entry(_entries, filters, deliver);
        _entries.TryAdd(entry, 0);
        return entry;
    }

    /// <summary>Tells everybody concerned; for <see cref="EventPublisher"/>, after the event has been committed.</summary>
    internal void Deliver(LiveEvent live)
    {
        foreach (var (entry, _) in _entries)
        {
            if (FilterMatcher.MatchesAny(entry.Filters, live.Event))
            {
                entry.Deliver(live);
            }
        }
    }

    private sealed class Entry(ConcurrentDictionary<Entry, byte> entries, IReadOnlyList<Filter> filters, Action<LiveEvent> deliver) : IDisposable
    {
        public IReadOnlyList<Filter> Filters => filters;

        public Action<LiveEvent> Deliver => deliver;

        public void Dispose() => entries.TryRemove(this, out _);
    }
}
