namespace GitNostrBridge.Nostr;

/// <summary>
/// Where events live: **served** ones, which anybody may query, and **held** ones, which nobody can query until they are released.
/// Every write has been committed durably when its task completes.
/// </summary>
public interface IEventStore
{
    /// <summary>Makes an event served, with the replaceable and addressable semantics of NIP-01.</summary>
    Task<SaveOutcome> SaveAsync(NostrEvent nostrEvent, CancellationToken cancellationToken);

    /// <summary>Holds an event back, durably. One that is held or served already, or was deleted, is not held again.</summary>
    Task<HoldOutcome> HoldAsync(HeldEvent held, CancellationToken cancellationToken);

    /// <summary>As <see cref="HoldAsync(HeldEvent, CancellationToken)"/>, and found under more topics than its own, too.</summary>
    Task<HoldOutcome> HoldAsync(HeldEvent held, IReadOnlyCollection<string> alsoUnder, CancellationToken cancellationToken);

    /// <summary>
    /// Makes held events served, all in one transaction and in the order given, and notes for which owners each one now stands.
    /// Returns those that became visible; one that is no longer held, has expired, or whose address has a newer served event, is left out.
    /// </summary>
    Task<IReadOnlyList<StoredEvent>> ReleaseAsync(IReadOnlyList<EventRelease> releases, CancellationToken cancellationToken);

    /// <summary>Forgets held events; returns how many there were. They may come again.</summary>
    Task<int> DropAsync(IReadOnlyList<EventId> held, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an author's own events, served and held, and refuses them from now on (NIP-09); they no longer stand for anybody. Returns the ids removed.
    /// </summary>
    Task<IReadOnlyList<EventId>> DeleteAsync(EventDeletion deletion, CancellationToken cancellationToken);

    /// <summary>
    /// Removes at most <paramref name="most"/> of the events that an author has signed up to an instant (unix seconds), of whatever kind but requests to
    /// vanish, served and held, and refuses all of them from now on (NIP-62). Returns how many were removed: none when all are gone.
    /// </summary>
    Task<int> VanishAsync(PublicKey author, long until, int most, CancellationToken cancellationToken);

    /// <summary>Takes served events out of service; returns how many there were. Unlike deleted ones they may come again.</summary>
    Task<int> WithdrawAsync(IReadOnlyList<EventId> served, CancellationToken cancellationToken);

    /// <summary>The served events that match any filter and have not expired (NIP-40): newest first, then lowest id; each event once.</summary>
    Task<QueryResult> QueryAsync(IReadOnlyList<Filter> filters, QueryBounds bounds, CancellationToken cancellationToken);

    /// <summary>How many served events match any filter and have not expired; `limit` plays no part (NIP-45).</summary>
    Task<long> CountAsync(IReadOnlyList<Filter> filters, CancellationToken cancellationToken);

    /// <summary>Served events that have expired (NIP-40): no query finds them any more; at most <paramref name="most"/>.</summary>
    Task<IReadOnlyList<NostrEvent>> ServedExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken);

    /// <summary>A part of what waits under one topic. Nobody gets all of it at once: anybody may let any number of events wait under any topic.</summary>
    Task<HeldPart> HeldAsync(HeldQuery query, CancellationToken cancellationToken);

    /// <summary>What stands at some addresses, served and held: what anybody else has under their identifier takes no room from it.</summary>
    Task<AddressedEvents> AtAsync(AddressedQuery query, CancellationToken cancellationToken);

    /// <summary>All whose unexpired events of an addressable kind are found under an identifier, however many there are.</summary>
    Task<IdentifierAuthors> AuthorsAsync(string identifier, int kind, CancellationToken cancellationToken);

    /// <summary>The topics under which something waits.</summary>
    Task<IReadOnlyList<string>> HeldTopicsAsync(CancellationToken cancellationToken);

    /// <summary>All that waits of one author.</summary>
    Task<IReadOnlyList<HeldEvent>> HeldByAsync(PublicKey author, CancellationToken cancellationToken);

    /// <summary>How much waits in all, and from one author.</summary>
    Task<HeldCount> CountHeldAsync(PublicKey author, CancellationToken cancellationToken);

    /// <summary>What waits beyond its deadline, at most <paramref name="most"/> events, the most overdue first.</summary>
    Task<IReadOnlyList<HeldEvent>> ExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken);

    /// <summary>Gives a held event another deadline; false when it is not held any more.</summary>
    Task<bool> RescheduleAsync(EventId held, DateTimeOffset deadline, CancellationToken cancellationToken);

    /// <summary>Forgets held events, but for the memory that they have waited in vain; returns how many there were.</summary>
    Task<int> ExpireAsync(IReadOnlyList<EventId> held, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether an event has waited in vain since an instant, and has not been held again.</summary>
    Task<bool> HasExpiredAsync(EventId id, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Lets go of the memory of what had waited in vain before an instant; returns how much there was.</summary>
    Task<int> ForgetExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>How much waits of each kind, in the order of the kinds.</summary>
    Task<IReadOnlyList<HeldKind>> HeldKindsAsync(CancellationToken cancellationToken);

    /// <summary>What waits, the longest waiting first, beginning after a place or with the first; at most <paramref name="most"/>.</summary>
    Task<IReadOnlyList<HeldEvent>> HeldAfterAsync(HeldPlace? place, int most, CancellationToken cancellationToken);

    /// <summary>For each owner under a topic: the event that was last released for him.</summary>
    Task<IReadOnlyList<Standing>> StandingsAsync(string topic, CancellationToken cancellationToken);

    /// <summary>The served, unexpired events of owners for whom something stands under their identifier, the newest standing first.</summary>
    Task<OwnedEvents> OwnedAsync(OwnedQuery query, CancellationToken cancellationToken);

    /// <summary>How many events there are, served and held.</summary>
    Task<EventCounts> CountAllAsync(CancellationToken cancellationToken);
}
