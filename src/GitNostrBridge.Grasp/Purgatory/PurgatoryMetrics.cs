using System.Diagnostics.Metrics;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Counts how waiting ends.</summary>
public sealed class PurgatoryMetrics
{
    /// <summary>The meter of all instruments of this program.</summary>
    public const string MeterName = "GitNostrBridge";

    private const string Placeholder = "placeholder";

    private readonly Counter<long> _released;
    private readonly Counter<long> _expired;

    /// <summary>Makes the instruments.</summary>
    public PurgatoryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _released = meter.CreateCounter<long>("gitnostrbridge.purgatory.released", "{event}", "Events that purgatory has released, by kind and by what made the gate look.");
        _expired = meter.CreateCounter<long>("gitnostrbridge.purgatory.expired", "{event}", "What has left purgatory unreleased, by kind and cause.");
    }

    /// <summary>The name of a kind of event as instruments and reports label it.</summary>
    public static string KindName(int kind) => kind switch
    {
        EventKinds.RepositoryAnnouncement => "announcement",
        EventKinds.RepositoryState => "state",
        EventKinds.PullRequest => "pull_request",
        EventKinds.PullRequestUpdate => "pull_request_update",
        _ => "other",
    };

    /// <summary>An event has become visible.</summary>
    public void Released(int kind, ReleaseCause cause) => _released.Add(1, new("kind", KindName(kind)), new("cause", CauseName(cause)));

    /// <summary>An event waits no more, or its repository does not.</summary>
    public void Ended(int kind, WaitingEnd end) => _expired.Add(1, new("kind", KindName(kind)), new("cause", EndName(end)));

    /// <summary>Commits in refs/nostr/ have waited too long for their events.</summary>
    public void PlaceholdersEnded(int count) => _expired.Add(count, new("kind", Placeholder), new("cause", EndName(WaitingEnd.Deadline)));

    private static string CauseName(ReleaseCause cause) => cause switch
    {
        ReleaseCause.Push => "push",
        ReleaseCause.Fetch => "fetch",
        ReleaseCause.Start => "start",
        _ => "arrival",
    };

    private static string EndName(WaitingEnd end) => end switch
    {
        WaitingEnd.SoftDeadline => "soft_deadline",
        WaitingEnd.Expiration => "expiration",
        WaitingEnd.Superseded => "superseded",
        WaitingEnd.Deleted => "deleted",
        _ => "deadline",
    };
}
