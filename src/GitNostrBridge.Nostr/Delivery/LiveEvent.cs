namespace GitNostrBridge.Nostr;

/// <summary>An event that has just become visible.</summary>
/// <param name="Event">The event; its <see cref="NostrEvent.Json"/> is what subscribers are sent.</param>
/// <param name="Sequence">Its place in the store's order, or null for an ephemeral one, which is stored nowhere.</param>
public sealed record LiveEvent(NostrEvent Event, long? Sequence);
