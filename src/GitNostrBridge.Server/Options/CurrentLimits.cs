namespace GitNostrBridge.Server;

/// <summary>The limits as they are now. A connection or request that is under way keeps those with which it began.</summary>
public sealed class CurrentLimits(LimitOptions limits)
{
    private volatile LimitOptions _now = limits;

    /// <summary>Those that stay until the next start: slots that are taken, and what is told to Kestrel and git once.</summary>
    public static IReadOnlyList<string> Fixed { get; } =
    [
        nameof(LimitOptions.HttpConnections),
        nameof(LimitOptions.QueriesAtOnce),
        nameof(LimitOptions.RefsPerPush),
        nameof(LimitOptions.Fetches),
        nameof(LimitOptions.Advertisements),
        nameof(LimitOptions.RefMemoryBytes),
        nameof(LimitOptions.Pushes),
        nameof(LimitOptions.QueuedRequests),
        nameof(LimitOptions.QueueMilliseconds),
        nameof(LimitOptions.BytesPerSecond),
    ];

    /// <summary>The limits.</summary>
    public LimitOptions Now => _now;

    /// <summary>From now on others count, but for those that are fixed.</summary>
    public void Replace(LimitOptions changed) => _now = changed with
    {
        HttpConnections = _now.HttpConnections,
        QueriesAtOnce = _now.QueriesAtOnce,
        RefsPerPush = _now.RefsPerPush,
        Fetches = _now.Fetches,
        Advertisements = _now.Advertisements,
        RefMemoryBytes = _now.RefMemoryBytes,
        Pushes = _now.Pushes,
        QueuedRequests = _now.QueuedRequests,
        QueueMilliseconds = _now.QueueMilliseconds,
        BytesPerSecond = _now.BytesPerSecond,
    };
}
