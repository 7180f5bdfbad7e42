using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Keeps held announcements and their repositories alive while somebody works towards their release (R10).</summary>
public sealed class AnnouncementLease(IEventStore store, BareRepositories repositories, IdentifierLock turns, TimeProvider time, PurgatoryLimits limits)
{
    private static readonly FrozenSet<int> Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement);

    /// <summary>
    /// Moves the deadline of these owners' held announcements to a lifetime from now, but never beyond the bound of all waiting, and makes again
    /// the repository of one that had expired softly. Owners whose announcement is served, or waits no more, are passed over.
    /// </summary>
    public async Task ExtendAsync(string identifier, IReadOnlyCollection<PublicKey> owners, CancellationToken cancellationToken)
    {
        // In the turn: the sweep must not remove the repository between its making and its new deadline.
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var query = new HeldQuery(identifier, QueryBounds.Internal) { Kinds = Kinds, Authors = owners.ToFrozenSet() };
        await foreach (var part in store.HeldPartsAsync(query, cancellationToken).ConfigureAwait(false))
        {
            foreach (var held in part)
            {
                await ExtendAsync(held, identifier, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ExtendAsync(HeldEvent held, string identifier, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deadline = Purgatory.DeadlineOf(held.Event, limits.DeadlineOf(held.HeldSince, now));
        if (deadline > now)
        {
            await repositories.EnsureAsync(held.Event.Author.ToNpub(), identifier, cancellationToken).ConfigureAwait(false);
            await store.RescheduleAsync(held.Event.Id, deadline, cancellationToken).ConfigureAwait(false);
        }
    }
}
