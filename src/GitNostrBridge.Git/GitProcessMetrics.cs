using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitNostrBridge.Git;

/// <summary>Counts the git processes that run, and how long each took.</summary>
public sealed class GitProcessMetrics
{
    // Of a command only its name is told, and only of these: whatever else is started must not make new series.
    private static readonly FrozenSet<string> Named = FrozenSet.Create(
        "fetch", "gc", "index-pack", "init", "pack-objects", "receive-pack", "repack", "rev-list", "symbolic-ref", "unpack-objects", "update-ref", "upload-pack");

    private readonly UpDownCounter<long> _running;
    private readonly Histogram<double> _duration;

    /// <summary>Counts on a meter.</summary>
    public GitProcessMetrics(Meter meter)
    {
        _running = meter.CreateUpDownCounter<long>("gitnostrbridge.git.processes", "{process}", "Git processes that run now.");
        _duration = meter.CreateHistogram("gitnostrbridge.git.process.duration", "s", "How long git processes ran.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
        });
    }

    /// <summary>Runs a process between its two counts.</summary>
    internal async Task<GitExit> CountAsync(GitCommand command, Func<Task<GitExit>> run)
    {
        _running.Add(1);
        var started = Stopwatch.GetTimestamp();
        var outcome = "stopped";
        try
        {
            var exit = await run();
            outcome = exit.Code == 0 ? "ok" : exit.Code == GitExit.TimedOutCode ? "timed_out" : "failed";
            return exit;
        }
        finally
        {
            _running.Add(-1);
            var name = command.Arguments[0];
            _duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds, new("command", Named.Contains(name) ? name : "other"), new("outcome", outcome));
        }
    }
}
