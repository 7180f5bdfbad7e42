using System.Diagnostics.Metrics;

namespace GitNostrBridge.Server;

/// <summary>Counts what is done to keep repositories small and fast.</summary>
public sealed class MaintenanceMetrics
{
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;

    /// <summary>Counts on a meter.</summary>
    public MaintenanceMetrics(Meter meter)
    {
        _runs = meter.CreateCounter<long>("gitnostrbridge.maintenance.runs", "{run}", "Looks at a repository, by what it needed.");
        _duration = meter.CreateHistogram("gitnostrbridge.maintenance.duration", "s", "How long a look at a repository took, with what it needed.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.1, 1, 10, 60, 600],
        });
    }

    /// <summary>Notes a look at a repository.</summary>
    /// <param name="work">`none`, `tidy` or `collect`.</param>
    /// <param name="outcome">`done` or `failed`.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Tended(string work, string outcome, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> ofWork = new("work", work);
        KeyValuePair<string, object?> ofOutcome = new("outcome", outcome);
        _runs.Add(1, ofWork, ofOutcome);
        _duration.Record(elapsed.TotalSeconds, ofWork, ofOutcome);
    }
}
