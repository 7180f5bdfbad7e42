using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>The door for genuine events: what holds for all of them, then the one rule that decides over each kind.</summary>
/// <remarks>Signatures are checked before: see <see cref="EventVerifier"/>.</remarks>
public sealed class EventAdmission(
    CommonRule common,
    AnnouncementRule announcements,
    StateRule states,
    PullRequestRule pullRequests,
    DeletionRule deletions,
    VanishRule vanishing,
    ServiceEventRule service,
    ParticipantRule participants,
    RelatedEventRule relatedEvents)
{
    /// <summary>As <see cref="AdmitAsync(NostrEvent, IReadOnlySet{PublicKey}, CancellationToken)"/>, from somebody who has not authenticated.</summary>
    public Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken) =>
        AdmitAsync(nostrEvent, FrozenSet<PublicKey>.Empty, cancellationToken);

    /// <summary>Serves, holds or refuses the event; what was answered with success survives a crash.</summary>
    /// <param name="nostrEvent">An event whose id and signature are right.</param>
    /// <param name="authenticated">The keys that whoever offers it has proved to hold (NIP-42).</param>
    /// <param name="cancellationToken">Ends the wait for git and the store.</param>
    public Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, IReadOnlySet<PublicKey> authenticated, CancellationToken cancellationToken) =>
        common.Refuse(nostrEvent, authenticated) is { } refused ? Task.FromResult<AdmissionResult>(refused) : nostrEvent.Kind switch
        {
            EventKinds.RepositoryAnnouncement => announcements.AdmitAsync(nostrEvent, cancellationToken),
            EventKinds.RepositoryState => states.AdmitAsync(nostrEvent, cancellationToken),
            EventKinds.PullRequest or EventKinds.PullRequestUpdate => pullRequests.AdmitAsync(nostrEvent, cancellationToken),
            EventKinds.Deletion => deletions.AdmitAsync(nostrEvent, cancellationToken),
            EventKinds.Vanish => vanishing.AdmitAsync(nostrEvent, cancellationToken),
            _ when service.IsOwn(nostrEvent) => service.AdmitAsync(nostrEvent, cancellationToken),
            EventKinds.Profile or EventKinds.RelayList or EventKinds.GraspList => participants.AdmitAsync(nostrEvent, cancellationToken),
            _ => relatedEvents.AdmitAsync(nostrEvent, cancellationToken),
        };
}
