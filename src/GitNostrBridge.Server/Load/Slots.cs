using System.Net;

namespace GitNostrBridge.Server;

/// <summary>
/// So many at once, and a bounded, timed queue behind them. One repository and one address have at most half of the slots each, and one
/// address half of the queue; a free slot goes to the address that has the fewest, of equal ones to the first in the queue.
/// </summary>
public sealed class Slots(int most, int mostWaiting, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _queue = [];
    private readonly HashSet<Slot> _taken = [];

    // There may be hundreds of slots and a thousand in the queue: nobody counts them one by one.
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private readonly Dictionary<string, int> _ofRepository = [];

    private int Half { get; } = (most + 1) / 2;

    /// <summary>Waits for a slot; null when the queue is full or the time is up. Disposing the slot frees it.</summary>
    public async Task<IDisposable?> TakeAsync(string repository, IPAddress address, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            var slot = new Slot(this, repository, address);
            if (Fits(slot))
            {
                Take(slot);
                return slot;
            }

            if (_queue.Count >= mostWaiting || _queue.Count(other => other.Slot.Address.Equals(address)) >= (mostWaiting + 1) / 2)
            {
                return null;
            }

            _queue.AddLast(waiter = new Waiter(slot));
        }

        using var timeOut = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeOut.Token);
        await using var giveUp = either.Token.Register(() => GiveUp(waiter)).ConfigureAwait(false);
        var taken = await waiter.Turn.Task.ConfigureAwait(false) ? waiter.Slot : null;
        if (cancellationToken.IsCancellationRequested)
        {
            taken?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return taken;
    }

    private bool Fits(Slot slot) =>
        _taken.Count < most
        && _ofAddress.GetValueOrDefault(slot.Address) < Half
        && _ofRepository.GetValueOrDefault(slot.Repository) < Half;

    private void Take(Slot slot)
    {
        _taken.Add(slot);
        Count(_ofAddress, slot.Address, 1);
        Count(_ofRepository, slot.Repository, 1);
    }

    private static void Count<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
        where TKey : notnull
    {
        if ((counts[key] = counts.GetValueOrDefault(key) + change) == 0)
        {
            counts.Remove(key);
        }
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_gate)
        {
            if (_queue.Remove(waiter))
            {
                waiter.Turn.SetResult(false);
            }
        }
    }

    private void Free(Slot slot)
    {
        lock (_gate)
        {
            if (!_taken.Remove(slot))
            {
                return;
            }

            Count(_ofAddress, slot.Address, -1);
            Count(_ofRepository, slot.Repository, -1);

            // One slot came free, so one goes on at most; of equals it is the first.
            var next = _queue.Where(waiter => Fits(waiter.Slot)).MinBy(waiter => _ofAddress.GetValueOrDefault(waiter.Slot.Address));
            if (next is not null)
            {
                _queue.Remove(next);
                Take(next.Slot);
                next.Turn.SetResult(true);
            }
        }
    }

    private sealed class Waiter(Slot slot)
    {
        public Slot Slot => slot;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(Slots owner, string repository, IPAddress address) : IDisposable
    {
        public string Repository => repository;

        public IPAddress Address => address;

        public void Dispose() => owner.Free(this);
    }
}
