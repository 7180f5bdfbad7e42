namespace GitNostrBridge.Server;

/// <summary>
/// Bounds what one domain (host and port) is asked: so many fetches at once, and so many begun in any minute. Who must wait is served in turn,
/// as slots free or the minute moves on; nobody has to look. It hands out leases and calls no one.
/// </summary>
public sealed class DomainThrottle(TimeProvider time, int concurrency, int perMinute)
{
    private const int ForgetEvery = 256;

    private readonly Lock _lock = new();

    private readonly Dictionary<string, DomainQueue> _domains = new(StringComparer.Ordinal);

    /// <summary>A lease at once, or null: the domain is at a limit, others wait for it, or this identifier is being fetched from it already.</summary>
    public DomainLease? TryEnter(string domain, string identifier)
    {
        lock (_lock)
        {
            var queue = QueueOf(domain);
            return queue.HasWaiters || !queue.TryStart(identifier) ? null : Lease(queue, identifier);
        }
    }

    /// <summary>A lease in turn: each identifier that waits gets one before any gets a second, if it asks anew after each.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; his place in the queue is gone.</exception>
    public Task<DomainLease> EnterAsync(string domain, string identifier, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var queue = QueueOf(domain);
            var waiter = new DomainWaiter(identifier);
            queue.Add(waiter);
            Serve(queue);
            if (!waiter.Lease.Task.IsCompleted)
            {
                var giveUp = cancellationToken.Register(() => GiveUp(queue, waiter, cancellationToken));
                _ = waiter.Lease.Task.ContinueWith(_ => giveUp.Unregister(), TaskScheduler.Default);
            }

            return waiter.Lease.Task;
        }
    }

    // One that has its lease already keeps it: the caller gets it, sees that it is to stop, and returns it.
    private void GiveUp(DomainQueue queue, DomainWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (queue.Remove(waiter))
            {
                waiter.Lease.TrySetCanceled(cancellationToken);
            }
        }
    }

    private DomainQueue QueueOf(string domain)
    {
        if (!_domains.TryGetValue(domain, out var queue))
        {
            if (_domains.Count % ForgetEvery == ForgetEvery - 1)
            {
                foreach (var (name, _) in _domains.Where(entry => entry.Value.IsIdle).ToList())
                {
                    _domains.Remove(name);
                }
            }

            _domains.Add(domain, queue = new DomainQueue(time, concurrency, perMinute));
        }

        return queue;
    }

    private void Serve(DomainQueue queue)
    {
        while (queue.TryStartNext() is { } waiter)
        {
            waiter.Lease.TrySetResult(Lease(queue, waiter.Identifier));
        }

        // Only the window is full: no slot will free to serve those who wait, so the clock must.
        if (queue.HasWaiters && queue.WindowMovesIn is { } pause)
        {
            queue.WakeAfter(pause, () =>
            {
                lock (_lock)
                {
                    queue.IsAwake();
                    Serve(queue);
                }
            });
        }
    }

    private DomainLease Lease(DomainQueue queue, string identifier) => new(() =>
    {
        lock (_lock)
        {
            queue.End(identifier);
            Serve(queue);
        }
    });
}

/// <summary>The right to one fetch from a domain; disposing it makes room for the next.</summary>
public sealed class DomainLease(Action end) : IDisposable
{
    private Action? _end = end;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
