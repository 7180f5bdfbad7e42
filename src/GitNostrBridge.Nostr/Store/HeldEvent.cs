namespace GitNostrBridge.Nostr;

/// <summary>An event that waits, unseen.</summary>
/// <param name="Event">The event itself.</param>
/// <param name="Topic">What it waits with: the repository identifier.</param>
/// <param name="ReplacesOlder">
/// Whether it takes the place of an older held event at its address, which then keeps its <paramref name="HeldSince"/> and is superseded itself
/// by a newer one; otherwise both wait side by side.
/// </param>
/// <param name="HeldSince">When the first event of this place began to wait.</param>
/// <param name="Deadline">When it is to be dropped.</param>
public sealed record HeldEvent(NostrEvent Event, string Topic, bool ReplacesOlder, DateTimeOffset HeldSince, DateTimeOffset Deadline);

/// <summary>How much waits of one kind.</summary>
/// <param name="Kind">The events' kind.</param>
/// <param name="Count">How many of them.</param>
/// <param name="Oldest">When the first of them began to wait.</param>
public sealed record HeldKind(int Kind, long Count, DateTimeOffset Oldest);

/// <summary>A place in the order in which events have begun to wait; of two at the same instant the lower id comes first.</summary>
public sealed record HeldPlace(DateTimeOffset Since, EventId Id);

/// <summary>How much waits: in all, and from one author.</summary>
public sealed record HeldCount(long All, long OfAuthor);

/// <summary>What came of holding an event.</summary>
public abstract record HoldOutcome
{
    private HoldOutcome()
    {
    }

    /// <summary>It waits now.</summary>
    public sealed record Held : HoldOutcome;

    /// <summary>It waits already, or is served already.</summary>
    public sealed record Duplicate(bool IsServed) : HoldOutcome;

    /// <summary>A newer event stands at its address: served, or held when it replaces older ones.</summary>
    public sealed record Superseded : HoldOutcome;

    /// <summary>Its author has deleted it (NIP-09).</summary>
    public sealed record Deleted : HoldOutcome;
}
