namespace GitNostrBridge.Server;

/// <summary>
/// Bounds the fetches at once over all hosts. One host has at most half of them, whatever its ports, so that one who sends a byte now and then
/// does not stop the others. Who must wait is served in turn, passing over those whose host is at its bound.
/// </summary>
/// <param name="most">Fetches at once.</param>
public sealed class FetchSlots(int most)
{
    private readonly Lock _gate = new();

    private readonly Dictionary<string, int> _byHost = new(StringComparer.OrdinalIgnoreCase);

    private readonly LinkedList<Waiter> _queue = [];

    private int _taken;

    private int Half { get; } = (most + 1) / 2;

    /// <summary>Waits for a slot, to be disposed after the fetch.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IDisposable> TakeAsync(string host, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(host);
        lock (_gate)
        {
            if (Fits(host))
            {
                return Take(host);
            }

            _queue.AddLast(waiter);
        }

        await using var giveUp = cancellationToken.Register(() => GiveUp(waiter, cancellationToken)).ConfigureAwait(false);
        return await waiter.Turn.Task.ConfigureAwait(false);
    }

    private bool Fits(string host) => _taken < most && _byHost.GetValueOrDefault(host) < Half;

    private Slot Take(string host)
    {
        _taken++;
        _byHost[host] = _byHost.GetValueOrDefault(host) + 1;
        return new Slot(this, host);
    }

    // One that has its slot already keeps it: the caller sees that it is to stop, and returns it.
    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_queue.Remove(waiter))
            {
                waiter.Turn.SetCanceled(cancellationToken);
            }
        }
    }

    private void Free(string host)
    {
        lock (_gate)
        {
            _taken--;
            if (--_byHost[host] == 0)
            {
                _byHost.Remove(host);
            }

            // One slot came free, so one goes on at most.
            if (_queue.FirstOrDefault(waiter => Fits(waiter.Host)) is { } next)
            {
                _queue.Remove(next);
                next.Turn.SetResult(Take(next.Host));
            }
        }
    }

    private sealed class Waiter(string host)
    {
        public string Host => host;

        public TaskCompletionSource<IDisposable> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(FetchSlots owner, string host) : IDisposable
    {
        private int _freed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _freed, 1) == 0)
            {
                owner.Free(host);
            }
        }
    }
}
