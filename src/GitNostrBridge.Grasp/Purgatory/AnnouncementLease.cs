using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Keeps held announcements and their repositories alive while somebody works towards their release (R10).</summary>
public sealed class AnnouncementLease(IEventStore store, BareRepositories repositories, IdentifierLock turns, TimeProvider time, PurgatoryLimits limits)
{
    /// <summary>
    /// Moves the deadline of these owners' held announcements to a lifetime from now, but never beyond the bound of all waiting, and makes again
    /// the repository of one that had expired softly. Owners whose announcement is served, or waits no more, are passed over.
    /// </summary>
    public async Task ExtendAsync(string identifier, IReadOnlyCollection<PublicKey> owners, CancellationToken cancellationToken)
    {
        // In the turn: the sweep must not remove the repository between its making and its new deadline.
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var held in await store.HeldAsync(identifier, cancellationToken).ConfigureAwait(false))
        {
            var deadline = Purgatory.DeadlineOf(held.Event, limits.DeadlineOf(held.HeldSince, now));
            if (held.Event.Kind != EventKinds.RepositoryAnnouncement || !owners.Contains(held.Event.Author) || deadline <= now)
            {
                continue;
            }

            await repositories.EnsureAsync(held.Event.Author.ToNpub(), identifier, cancellationToken).ConfigureAwait(false);
            await store.RescheduleAsync(held.Event.Id, deadline, cancellationToken).ConfigureAwait(false);
        }
    }
}
