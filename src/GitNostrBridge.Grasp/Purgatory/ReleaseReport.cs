using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What one passage of the gate did for an identifier.</summary>
/// <param name="Released">The events that became visible, in that order.</param>
/// <param name="Dropped">Waiting states that something newer had overtaken (R26).</param>
/// <param name="Aligned">The repositories whose refs followed a state.</param>
/// <param name="Failures">What went wrong, for operators; the events concerned still wait.</param>
public sealed record ReleaseReport(
    IReadOnlyList<NostrEvent> Released,
    IReadOnlyList<EventId> Dropped,
    IReadOnlyList<RepositoryAddress> Aligned,
    IReadOnlyList<string> Failures)
{
    /// <summary>Whether this event became visible.</summary>
    public bool HasReleased(EventId id) => Released.Any(e => e.Id == id);
}
