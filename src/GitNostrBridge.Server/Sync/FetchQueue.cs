using System.Diagnostics.CodeAnalysis;

namespace GitNostrBridge.Server;

/// <summary>When an identifier is looked at next.</summary>
/// <param name="Due">Its time; while a round is in progress, when that one was due.</param>
/// <param name="Rounds">Rounds in a row that have left something waiting.</param>
/// <param name="InProgress">Whether a round is going on.</param>
public sealed record FetchOutlook(DateTimeOffset Due, int Rounds, bool InProgress);

/// <summary>
/// Which repository identifier is to be looked at next, and when. What it costs grows with what is ready, not with what waits.
/// </summary>
public sealed class FetchQueue(TimeProvider time, FetchBackoff backoff)
{
    private readonly Lock _lock = new();

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // An entry that is brought forward leaves its old place behind, which is passed over when its time comes.
    private readonly PriorityQueue<string, DateTimeOffset> _places = new();

    private TaskCompletionSource _changed = NewSignal();

    /// <summary>How many identifiers are queued or in progress.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>How an identifier stands; null when it is not queued.</summary>
    public FetchOutlook? Find(string identifier)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(identifier, out var entry) ? new FetchOutlook(entry.Due, entry.Rounds, entry.InProgress) : null;
        }
    }

    /// <summary>
    /// Something new waits: the identifier is due after the delay at the latest. It never comes later than it would have come anyway, and the
    /// next waits are short ones again.
    /// </summary>
    public void Schedule(string identifier, TimeSpan delay)
    {
        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            var entry = _entries.GetValueOrDefault(identifier);
            if (entry is null || (!entry.InProgress && due < entry.Due))
            {
                Place(identifier, new Entry(due, Rounds: 0, InProgress: false));
            }
            else
            {
                var again = entry.InProgress && (entry.Again is null || due < entry.Again) ? due : entry.Again;
                _entries[identifier] = entry with { Rounds = 0, Again = again };
            }
        }
    }

    /// <summary>The next identifier whose time has come; it is in progress until <see cref="End"/> is called.</summary>
    public async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var identifier, out var pause, out var changed))
            {
                return identifier;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await changed.WaitAsync(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A round has ended. What still waits is looked at again after the backoff, or earlier when something new has come meanwhile.</summary>
    public void End(string identifier, bool stillWaits)
    {
        lock (_lock)
        {
            if (!_entries.Remove(identifier, out var entry))
            {
                return;
            }

            var rounds = entry.Rounds + 1;
            var due = stillWaits ? time.GetUtcNow() + backoff.After(rounds) : entry.Again;
            if (due is { } next)
            {
                Place(identifier, new Entry(entry.Again < next ? entry.Again.Value : next, stillWaits ? rounds : 0, InProgress: false));
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryTake([NotNullWhen(true)] out string? identifier, out TimeSpan pause, out Task changed)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_places.TryPeek(out identifier, out var due) && due <= now)
            {
                _places.Dequeue();
                if (_entries.TryGetValue(identifier, out var entry) && !entry.InProgress && entry.Due == due)
                {
                    _entries[identifier] = entry with { InProgress = true };
                    (pause, changed) = (TimeSpan.Zero, Task.CompletedTask);
                    return true;
                }
            }

            pause = _places.TryPeek(out _, out var next) ? next - now : Timeout.InfiniteTimeSpan;
            changed = _changed.Task;
            return false;
        }
    }

    private void Place(string identifier, Entry entry)
    {
        _entries[identifier] = entry;
        var isFirst = !_places.TryPeek(out _, out var first) || entry.Due < first;
        _places.Enqueue(identifier, entry.Due);
        if (isFirst)
        {
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private sealed record Entry(DateTimeOffset Due, int Rounds, bool InProgress, DateTimeOffset? Again = null);
}
