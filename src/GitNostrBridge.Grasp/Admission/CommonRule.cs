using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What holds for events of every kind: not expired (NIP-40), not somebody else's to publish (NIP-70), not by an author who is shut out.</summary>
public sealed class CommonRule(TimeProvider time, Func<AdmissionPolicy> policy)
{
    /// <summary>The refusal, or null when the event's own rule is to decide.</summary>
    /// <param name="nostrEvent">Any event.</param>
    /// <param name="authenticated">The keys that whoever offers it has proved to hold (NIP-42).</param>
    public AdmissionResult.Refused? Refuse(NostrEvent nostrEvent, IReadOnlySet<PublicKey> authenticated) =>
        nostrEvent.IsExpiredAt(time.GetUtcNow()) ? new(MessagePrefix.Invalid, "the event has expired; sign it again with a later expiration, or without one")
        : policy().EventBlacklist.Holds(nostrEvent.Author, nostrEvent.Identifier) ? new(MessagePrefix.Blocked, "this relay takes no events of this author or identifier")
        : !nostrEvent.IsProtected || authenticated.Contains(nostrEvent.Author) ? null
        : authenticated.Count == 0 ? new(MessagePrefix.AuthRequired, "only its author may publish this event (its tag `-` says so): authenticate with its key")
        : new(MessagePrefix.Restricted, "only its author may publish this event (its tag `-` says so), and this connection has authenticated with another key");
}
