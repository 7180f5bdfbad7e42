namespace GitNostrBridge.Nostr;

/// <summary>A held event that is to become served.</summary>
/// <param name="Id">Which.</param>
/// <param name="StandsFor">The owners for whom it counts from now on; none for events that stand for nobody.</param>
public sealed record EventRelease(EventId Id, IReadOnlyList<PublicKey> StandsFor);

/// <summary>The event that was last released for an owner under a topic (R15).</summary>
public sealed record Standing(PublicKey Owner, EventId Id, PublicKey Author, long CreatedAt);

/// <summary>An author's wish that events of his own vanish (NIP-09, R34).</summary>
/// <param name="Author">Only his events are touched.</param>
/// <param name="Ids">Events by id.</param>
/// <param name="Addresses">Addresses of his, whose events up to <paramref name="Until"/> are meant.</param>
/// <param name="Until">The deletion's `created_at`, unix seconds.</param>
public sealed record EventDeletion(PublicKey Author, IReadOnlyList<EventId> Ids, IReadOnlyList<EventAddress> Addresses, long Until);
