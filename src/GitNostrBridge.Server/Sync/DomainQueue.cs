namespace GitNostrBridge.Server;

/// <summary>Somebody who waits for a lease.</summary>
internal sealed class DomainWaiter(string identifier)
{
    public string Identifier { get; } = identifier;

    public TaskCompletionSource<DomainLease> Lease { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One domain's fetches under way, those begun in the last minute, and who waits, in turn. Its owner locks it.</summary>
internal sealed class DomainQueue(TimeProvider time, int concurrency, int perMinute)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);

    private readonly Queue<DateTimeOffset> _begun = new();

    private readonly LinkedList<DomainWaiter> _waiters = new();

    private ITimer? _alarm;

    public bool HasWaiters => _waiters.Count > 0;

    /// <summary>Whether forgetting it would change nothing.</summary>
    public bool IsIdle => _waiters.Count == 0 && _underWay.Count == 0 && BegunInWindow() == 0;

    /// <summary>When one more may begin although no slot frees; null while it is the slots that are full, or somebody could begin now.</summary>
    public TimeSpan? WindowMovesIn =>
        _alarm is null && _underWay.Count < concurrency && BegunInWindow() >= perMinute ? _begun.Peek() + Window - time.GetUtcNow() : null;

    private bool HasRoom => _underWay.Count < concurrency && BegunInWindow() < perMinute;

    public void Add(DomainWaiter waiter) => _waiters.AddLast(waiter);

    public bool Remove(DomainWaiter waiter) => _waiters.Remove(waiter);

    /// <summary>Begins a fetch if the limits allow it and none is under way for the identifier.</summary>
    public bool TryStart(string identifier)
    {
        if (!HasRoom || !_underWay.Add(identifier))
        {
            return false;
        }

        _begun.Enqueue(time.GetUtcNow());
        return true;
    }

    /// <summary>Begins the fetch of the first in turn for whom it is allowed, or null.</summary>
    public DomainWaiter? TryStartNext()
    {
        // At most `concurrency` waiters are passed over: those whose identifier is under way.
        for (var node = HasRoom ? _waiters.First : null; node is not null; node = node.Next)
        {
            if (TryStart(node.Value.Identifier))
            {
                _waiters.Remove(node);
                return node.Value;
            }
        }

        return null;
    }

    public void End(string identifier) => _underWay.Remove(identifier);

    public void WakeAfter(TimeSpan pause, Action wake) =>
        _alarm = time.CreateTimer(_ => wake(), null, pause > ShortestPause ? pause : ShortestPause, Timeout.InfiniteTimeSpan);

    public void IsAwake()
    {
        _alarm?.Dispose();
        _alarm = null;
    }

    private int BegunInWindow()
    {
        var start = time.GetUtcNow() - Window;
        while (_begun.TryPeek(out var first) && first <= start)
        {
            _begun.Dequeue();
        }

        return _begun.Count;
    }
}
