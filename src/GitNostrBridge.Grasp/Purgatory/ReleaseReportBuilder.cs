using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Collects a <see cref="ReleaseReport"/> while the gate works.</summary>
internal sealed class ReleaseReportBuilder(ReleaseCause cause)
{
    public ReleaseCause Cause => cause;

    public List<NostrEvent> Released { get; } = [];

    public List<EventId> Dropped { get; } = [];

    public List<RepositoryAddress> Aligned { get; } = [];

    public List<string> Failures { get; } = [];

    public ReleaseReport Build() => new(Released, Dropped, Aligned, Failures);
}
