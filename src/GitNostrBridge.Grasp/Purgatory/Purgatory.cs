using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Where signed events wait, unseen and durably, until the git data that they speak of is here.</summary>
public sealed class Purgatory(IEventStore store, TimeProvider time, PurgatoryLimits limits)
{
    /// <summary>How long the ids of events that have waited in vain are remembered.</summary>
    public static readonly TimeSpan ExpiredMemory = TimeSpan.FromDays(7);

    /// <summary>Holds an event under a repository identifier; the gate is to be tried next.</summary>
    public Task<HoldOutcome> HoldAsync(NostrEvent nostrEvent, string identifier, bool replacesOlder, CancellationToken cancellationToken) =>
        HoldAsync(nostrEvent, identifier, replacesOlder, [], cancellationToken);

    /// <summary>Holds an event that is about several identifiers: it is found under each.</summary>
    public async Task<HoldOutcome> HoldAsync(
        NostrEvent nostrEvent, string identifier, bool replacesOlder, IReadOnlyCollection<string> alsoUnder, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now;
        if (replacesOlder)
        {
            var own = new HeldQuery(identifier, QueryBounds.Internal) { Kinds = FrozenSet.Create(nostrEvent.Kind), Authors = FrozenSet.Create(nostrEvent.Author) };
            var waiting = await store.HeldAsync(own, cancellationToken).ConfigureAwait(false);
            since = waiting.Events.Where(held => held.ReplacesOlder).Select(held => held.HeldSince).DefaultIfEmpty(now).Min();
        }

        // R10: sending an announcement again extends its time, up to a bound.
        var deadline = DeadlineOf(nostrEvent, limits.DeadlineOf(since, now));
        return await store.HoldAsync(new HeldEvent(nostrEvent, identifier, replacesOlder, since, deadline), alsoUnder, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The refusal of an event that has waited here in vain of late, and that no user sends again; null when it may come.</summary>
    public async Task<AdmissionResult.Refused?> RefuseExpiredAsync(EventId id, CancellationToken cancellationToken) =>
        await store.HasExpiredAsync(id, time.GetUtcNow() - ExpiredMemory, cancellationToken).ConfigureAwait(false)
            ? new(MessagePrefix.Blocked, "this event has waited here for its git data in vain; whoever needs it may send it again")
            : null;

    /// <summary>The refusal when no more may wait, in all or of this author; null when there is room.</summary>
    public async Task<AdmissionResult.Refused?> RefuseForSpaceAsync(PublicKey author, CancellationToken cancellationToken)
    {
        var count = await store.CountHeldAsync(author, cancellationToken).ConfigureAwait(false);
        return count.OfAuthor >= limits.MostEventsPerAuthor
            ? Full($"{count.OfAuthor} events of this author wait for their git data already; push it, then send this again")
            : count.All >= limits.MostEvents
                ? Full("too many events wait for their git data here; try again later")
                : null;
    }

    /// <summary>The refusal when no more states of this author may wait for this repository; null when there is room.</summary>
    public AdmissionResult.Refused? RefuseForSpace(RepositorySnapshot snapshot, PublicKey author) =>
        snapshot.HeldStates.Count(state => state.Author == author) >= limits.MostStatesPerRepository
            ? Full($"{limits.MostStatesPerRepository} states of this author wait for this repository already; push their git data, then send this again")
            : null;

    /// <summary>An event's deadline by the rules of waiting, or the event's own expiration (NIP-40) when that is earlier.</summary>
    internal static DateTimeOffset DeadlineOf(NostrEvent nostrEvent, DateTimeOffset deadline) =>
        nostrEvent.Expiration is { } second && second < deadline.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(second) : deadline;

    private static AdmissionResult.Refused Full(string reason) => new(MessagePrefix.RateLimited, reason);
}
