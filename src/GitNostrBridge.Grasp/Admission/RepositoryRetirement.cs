using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Takes a repository out of service (R9, R35).</summary>
public sealed class RepositoryRetirement(IEventStore store, BareRepositories repositories, TimeProvider time)
{
    /// <summary>A held announcement goes with its repository, which nobody has filled; a served one's repository is kept aside.</summary>
    public async Task RetireAsync(AnnouncementEntry entry, CancellationToken cancellationToken)
    {
        var announcement = entry.Announcement;
        var owner = announcement.Author.ToNpub();
        if (entry.IsHeld)
        {
            await store.DropAsync([announcement.Event.Id], cancellationToken).ConfigureAwait(false);
            await repositories.RemoveAsync(owner, announcement.Identifier, cancellationToken).ConfigureAwait(false);
            return;
        }

        var deletion = new EventDeletion(announcement.Author, [announcement.Event.Id], [], announcement.Event.CreatedAt);
        await store.DeleteAsync(deletion, cancellationToken).ConfigureAwait(false);
        repositories.SetAside(owner, announcement.Identifier, time.GetUtcNow());
    }
}
