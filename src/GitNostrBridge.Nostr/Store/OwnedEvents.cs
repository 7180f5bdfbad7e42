namespace GitNostrBridge.Nostr;

/// <summary>Asks for a part of the list of events whose author is an owner for whom something stands under their identifier.</summary>
/// <param name="Kind">An addressable kind.</param>
/// <param name="Search">Each word begins a word of the event (NIP-50), or the whole phrase begins its identifier; null for all.</param>
/// <param name="Skip">How many are passed over.</param>
/// <param name="Most">How many are wanted after them.</param>
public sealed record OwnedQuery(int Kind, SearchPhrase? Search, int Skip, int Most);

/// <summary>A served event, and the `created_at` of what stands for its author (unix seconds).</summary>
public sealed record OwnedEvent(StoredEvent Stored, long StandsSince);

/// <summary>The part of the list that was asked for, and how long the whole list is.</summary>
public sealed record OwnedEvents(IReadOnlyList<OwnedEvent> Events, long All);

/// <summary>How many events there are.</summary>
public sealed record EventCounts(long Served, long Held);
