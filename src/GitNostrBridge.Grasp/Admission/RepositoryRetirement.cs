using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Takes a repository out of service (R9, R35).</summary>
/// <remarks>The disk comes before the store: when it breaks off between the two, the same event sent again does the rest.</remarks>
public sealed class RepositoryRetirement(
    IEventStore store, RepositoryCatalogue catalogue, BareRepositories repositories, IdentifierLock turns, ServiceAddress here, TimeProvider time)
{
    /// <summary>
    /// Ends the repository that an announcement stands for, and the announcement with it; nothing happens when a newer one has taken its place or when
    /// it never listed this service. A served one's repository is kept aside; a held one's too unless nobody has filled it.
    /// </summary>
    public async Task RetireAsync(RepositoryAnnouncement announcement, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(announcement.Identifier, cancellationToken).ConfigureAwait(false);
        var snapshot = await catalogue.SnapshotAsync(announcement.Identifier, [announcement.Author], cancellationToken).ConfigureAwait(false);
        var isKnown = snapshot.TryGetAnnouncement(announcement.Author, out var newest);
        if (!announcement.Lists(here) || (isKnown && newest!.Announcement.Event.Id != announcement.Event.Id))
        {
            return;
        }

        var owner = announcement.Author.ToNpub();
        if (isKnown && newest!.IsHeld)
        {
            await EndUnreleasedAsync(owner, announcement.Identifier, cancellationToken).ConfigureAwait(false);
            await store.DropAsync([announcement.Event.Id], cancellationToken).ConfigureAwait(false);
            return;
        }

        repositories.SetAside(owner, announcement.Identifier, time.GetUtcNow());
        await WithdrawStateAsync(announcement.Address, cancellationToken).ConfigureAwait(false);
        var deletion = new EventDeletion(announcement.Author, [announcement.Event.Id], [], announcement.Event.CreatedAt);
        await store.DeleteAsync(deletion, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends a repository that was never released; returns whether there was one. With branches or tags, pushed in part or taken over from elsewhere, it
    /// is kept aside (R35); any other is deleted. In the identifier's turn.
    /// </summary>
    internal async Task<bool> EndUnreleasedAsync(string owner, string identifier, CancellationToken cancellationToken)
    {
        if (repositories.Find(owner, identifier) is not { } repository)
        {
            return false;
        }

        if (repository.ReadRefs().Refs.Keys.Any(name => name.IsBranch || name.IsTag))
        {
            repositories.SetAside(owner, identifier, time.GetUtcNow());
        }
        else
        {
            await repositories.RemoveAsync(owner, identifier, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // A state that stood for this owner alone speaks of objects that are not here any more. It may come again, should the repository.
    private async Task WithdrawStateAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        var standings = await store.StandingsAsync(address.Identifier, cancellationToken).ConfigureAwait(false);
        var ofOthers = standings.Where(standing => standing.Owner != address.Owner).Select(standing => standing.Id).ToHashSet();
        var alone = standings.Where(standing => standing.Owner == address.Owner && !ofOthers.Contains(standing.Id)).Select(standing => standing.Id);
        await store.WithdrawAsync([.. alone], cancellationToken).ConfigureAwait(false);
    }
}
