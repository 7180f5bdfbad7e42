namespace GitNostrBridge.Server;

/// <summary>An answer that streams straight through, and what is remembered of it: that it was asked for, and whether it is too large to be stored.</summary>
public sealed class SeenRequest : IDisposable
{
    private readonly SeenRequests _seen;

    internal SeenRequest(SeenRequests seen, CloneKey key) => (_seen, Key) = (seen, key);

    /// <summary>What was asked for.</summary>
    public CloneKey Key { get; }

    internal DateTimeOffset At { get; set; }

    internal int Running { get; set; }

    internal bool IsTooLarge { get; set; }

    /// <summary>Tells how long the answer is so far.</summary>
    public void Report(long bytes) => _seen.Report(this, bytes);

    /// <summary>One such stream has ended.</summary>
    public void Dispose() => _seen.End(this);
}
