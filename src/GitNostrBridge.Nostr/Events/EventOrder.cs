namespace GitNostrBridge.Nostr;

/// <summary>NIP-01's order of events at one address.</summary>
public static class EventOrder
{
    /// <summary>Whether the first is newer: greater `created_at`, on a tie the **lower** id.</summary>
    public static bool IsNewer(long createdAt, EventId id, long otherCreatedAt, EventId otherId) =>
        createdAt != otherCreatedAt ? createdAt > otherCreatedAt : id < otherId;
}
