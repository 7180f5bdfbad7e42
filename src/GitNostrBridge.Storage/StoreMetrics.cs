using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitNostrBridge.Storage;

/// <summary>Counts what the event store writes and holds.</summary>
public sealed class StoreMetrics
{
    private readonly Meter _meter;
    private readonly Histogram<long> _batch;
    private readonly Histogram<double> _commit;

    /// <summary>Counts on a meter.</summary>
    public StoreMetrics(Meter meter)
    {
        _meter = meter;
        _batch = meter.CreateHistogram("gitnostrbridge.store.batch.size", "{write}", "Writes that shared one commit.", tags: null, advice: new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100],
        });
        _commit = meter.CreateHistogram("gitnostrbridge.store.commit.duration", "s", "How long a batch took, with its flush to the disk.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
        });
    }

    /// <summary>Tells the sizes of a store whenever they are asked for.</summary>
    /// <param name="count">Counts; null when it cannot now.</param>
    internal void Watch(Func<EventCounts?> count) => _meter.CreateObservableGauge(
        "gitnostrbridge.store.events",
        () => count() is { } counts ? [new Measurement<long>(counts.Served, State("served")), new Measurement<long>(counts.Held, State("held"))] : (Measurement<long>[])[],
        "{event}",
        "Events in the store.");

    /// <summary>Notes a batch that has been written.</summary>
    internal void Committed(int writes, long startedAt, bool succeeded)
    {
        _batch.Record(writes);
        _commit.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, new KeyValuePair<string, object?>("outcome", succeeded ? "committed" : "failed"));
    }

    private static KeyValuePair<string, object?> State(string state) => new("state", state);
}
