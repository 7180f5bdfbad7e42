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

/// <summary>Asks for a part of what waits under one topic and has not expired (NIP-40), the longest waiting first.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Bounds">How much one answer holds, though never nothing when something is wanted.</param>
public sealed record HeldQuery(string Topic, QueryBounds Bounds)
{
    /// <summary>Kinds to find, or null for any.</summary>
    public IReadOnlySet<int>? Kinds { get; init; }

    /// <summary>Ids to find, or null for any.</summary>
    public IReadOnlySet<EventId>? Ids { get; init; }

    /// <summary>Whose events to find, or null for anybody's.</summary>
    public IReadOnlySet<PublicKey>? Authors { get; init; }

    /// <summary>Begins after this place, or with the first.</summary>
    public HeldPlace? After { get; init; }
}

/// <summary>A part of what waits.</summary>
/// <param name="Events">The longest waiting first.</param>
/// <param name="Next">After which place there may be more; null at the end.</param>
public sealed record HeldPart(IReadOnlyList<HeldEvent> Events, HeldPlace? Next);

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
