using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>The door for genuine events: finds the one rule that decides over each kind.</summary>
/// <remarks>Signatures are checked before: see <see cref="EventVerifier"/>.</remarks>
public sealed class EventAdmission(
    AnnouncementRule announcements, StateRule states, PullRequestRule pullRequests, RelatedEventRule relatedEvents)
{
    /// <summary>Serves, holds or refuses the event; what was answered with success survives a crash.</summary>
    public Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken) => nostrEvent.Kind switch
    {
        EventKinds.RepositoryAnnouncement => announcements.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.RepositoryState => states.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.PullRequest or EventKinds.PullRequestUpdate => pullRequests.AdmitAsync(nostrEvent, cancellationToken),
        _ => relatedEvents.AdmitAsync(nostrEvent, cancellationToken),
    };
}
