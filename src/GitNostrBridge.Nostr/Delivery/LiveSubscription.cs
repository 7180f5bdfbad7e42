namespace GitNostrBridge.Nostr;

/// <summary>
/// A subscription that passes from stored to live events without a gap or a duplicate: it collects from the moment it is made; then the stored
/// events are queried and sent; then <see cref="Start"/> lets through what came meanwhile and is newer than the query's horizon, and all that follows.
/// </summary>
public sealed class LiveSubscription : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IDisposable _registration;
    private readonly Action<LiveEvent> _deliver;
    private readonly int _mostCollected;
    private readonly List<LiveEvent> _collected = [];
    private State _state = State.Collecting;
    private long _horizon;

    /// <summary>Registers, and collects at most <paramref name="mostCollected"/> events until the start.</summary>
    /// <param name="registry">Where events come from.</param>
    /// <param name="filters">What is wanted.</param>
    /// <param name="mostCollected">How much is kept in memory until the start.</param>
    /// <param name="deliver">Called after the start, never by two threads at once; must neither block nor throw.</param>
    public LiveSubscription(SubscriptionRegistry registry, IReadOnlyList<Filter> filters, int mostCollected, Action<LiveEvent> deliver)
    {
        (_mostCollected, _deliver) = (mostCollected, deliver);
        _registration = registry.Add(filters, Take);
    }

    private enum State
    {
        Collecting,
        Live,
        Ended,
    }

    /// <summary>
    /// Goes live: delivers what was collected, but for what the query has seen already (<see cref="QueryResult.Horizon"/>). False, and nothing is
    /// ever delivered, when more came meanwhile than could be kept, or when this was disposed: then the subscription must be ended.
    /// </summary>
    public bool Start(long horizon)
    {
        lock (_gate)
        {
            if (_state != State.Collecting)
            {
                return false;
            }

            (_state, _horizon) = (State.Live, horizon);
            foreach (var live in _collected)
            {
                Pass(live);
            }

            _collected.Clear();
            return true;
        }
    }

    /// <summary>Ends it: afterwards nothing is delivered any more.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            End();
        }
    }

    private void Take(LiveEvent live)
    {
        lock (_gate)
        {
            if (_state == State.Live)
            {
                Pass(live);
            }
            else if (_state == State.Collecting && _collected.Count < _mostCollected)
            {
                _collected.Add(live);
            }
            else
            {
                End();
            }
        }
    }

    private void Pass(LiveEvent live)
    {
        if (live.Sequence is null || live.Sequence > _horizon)
        {
            _deliver(live);
        }
    }

    private void End()
    {
        _state = State.Ended;
        _collected.Clear();
    }
}
