using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>Counts git requests that have a slot, those that wait for one, and the room on the disk.</summary>
public sealed class LoadMetrics
{
    private readonly UpDownCounter<long> _taken;
    private readonly UpDownCounter<long> _waiting;
    private readonly Histogram<double> _wait;

    /// <summary>Counts on a meter.</summary>
    public LoadMetrics(Meter meter, BareRepositories repositories, Func<string, long> freeBytes)
    {
        _taken = meter.CreateUpDownCounter<long>("gitnostrbridge.git.slots.taken", "{request}", "Git requests that are being worked on.");
        _waiting = meter.CreateUpDownCounter<long>("gitnostrbridge.git.queue.waiting", "{request}", "Git requests that wait for their turn.");
        _wait = meter.CreateHistogram("gitnostrbridge.git.queue.duration", "s", "How long git requests waited for their turn.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30],
        });
        meter.CreateObservableGauge("gitnostrbridge.disk.free", () => freeBytes(repositories.Root), "By", "Free bytes where the repositories lie.");
    }

    /// <summary>Waits for a slot; null when the server stays busy.</summary>
    /// <param name="pool">`fetch`, `read`, `refs` or `push`.</param>
    /// <param name="take">Takes it.</param>
    public async Task<IDisposable?> TakeAsync(string pool, Func<Task<IDisposable?>> take)
    {
        var ofPool = new KeyValuePair<string, object?>("pool", pool);
        var outcome = "gone";
        var started = Stopwatch.GetTimestamp();
        _waiting.Add(1, ofPool);
        try
        {
            var slot = await take().ConfigureAwait(false);
            outcome = slot is null ? "busy" : "served";
            return slot is null ? null : new TakenSlot(slot, _taken, ofPool);
        }
        finally
        {
            _waiting.Add(-1, ofPool);
            _wait.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, ofPool, new("outcome", outcome));
        }
    }

    private sealed class TakenSlot : IDisposable
    {
        private readonly IDisposable _slot;
        private readonly UpDownCounter<long> _taken;
        private readonly KeyValuePair<string, object?> _pool;
        private int _freed;

        public TakenSlot(IDisposable slot, UpDownCounter<long> taken, KeyValuePair<string, object?> pool)
        {
            (_slot, _taken, _pool) = (slot, taken, pool);
            taken.Add(1, pool);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _freed, 1) == 0)
            {
                _taken.Add(-1, _pool);
                _slot.Dispose();
            }
        }
    }
}
