namespace GitNostrBridge.Grasp;

/// <summary>How long, and how much, may wait.</summary>
/// <param name="Lifetime">From an event's arrival to its deadline (R10).</param>
/// <param name="LongestWait">The bound of all waiting of one announcement, however often it is sent again (R10).</param>
/// <param name="SoftExpiry">How long an announcement is still remembered, without a repository, so that a state may revive it; within the bound of all waiting.</param>
/// <param name="MostEvents">Waiting events in all.</param>
/// <param name="MostEventsPerAuthor">Waiting events of one author.</param>
/// <param name="MostStatesPerRepository">Waiting states of one author for one identifier.</param>
public sealed record PurgatoryLimits(
    TimeSpan Lifetime, TimeSpan LongestWait, TimeSpan SoftExpiry, int MostEvents, int MostEventsPerAuthor, int MostStatesPerRepository)
{
    /// <summary>The deadline of something that has waited since <paramref name="heldSince"/> and is sent, or worked on, again now.</summary>
    public DateTimeOffset DeadlineOf(DateTimeOffset heldSince, DateTimeOffset now) =>
        Earlier(now + Lifetime, heldSince + LongestWait);

    /// <summary>Until when an announcement that loses its repository now is still remembered. Beyond that it may be sent anew, and begins anew.</summary>
    public DateTimeOffset RememberedUntil(DateTimeOffset heldSince, DateTimeOffset now) => Earlier(now + SoftExpiry, heldSince + LongestWait);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
