using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>The door for genuine events: what holds for all of them, then the one rule that decides over each kind.</summary>
/// <remarks>Signatures are checked before: see <see cref="EventVerifier"/>.</remarks>
public sealed partial class EventAdmission(
    CommonRule common,
    Purgatory purgatory,
    AnnouncementRule announcements,
    StateRule states,
    PullRequestRule pullRequests,
    DeletionRule deletions,
    VanishRule vanishing,
    ServiceEventRule service,
    ParticipantRule participants,
    RelatedEventRule relatedEvents,
    ILogger<EventAdmission> logger)
{
    /// <summary>Serves, holds or refuses the event; what was answered with success survives a crash.</summary>
    /// <param name="nostrEvent">An event whose id and signature are right.</param>
    /// <param name="origin">Who offers it.</param>
    /// <param name="authenticated">The keys that whoever offers it has proved to hold (NIP-42).</param>
    /// <param name="cancellationToken">Ends the wait for git and the store.</param>
    public async Task<AdmissionResult> AdmitAsync(
        NostrEvent nostrEvent, EventOrigin origin, IReadOnlySet<PublicKey> authenticated, CancellationToken cancellationToken)
    {
        var result = common.Refuse(nostrEvent, authenticated)
            ?? (origin == EventOrigin.Sync ? await purgatory.RefuseExpiredAsync(nostrEvent.Id, cancellationToken).ConfigureAwait(false) : null)
            ?? await DecideAsync(nostrEvent, origin, cancellationToken).ConfigureAwait(false);
        if (result is AdmissionResult.Refused { Prefix: var prefix })
        {
            LogRefused(logger, nostrEvent.Id, nostrEvent.Kind, origin, prefix);
        }

        return result;
    }

    private Task<AdmissionResult> DecideAsync(NostrEvent nostrEvent, EventOrigin origin, CancellationToken cancellationToken) => nostrEvent.Kind switch
    {
        EventKinds.RepositoryAnnouncement => announcements.AdmitAsync(nostrEvent, origin, cancellationToken),
        EventKinds.RepositoryState => states.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.PullRequest or EventKinds.PullRequestUpdate => pullRequests.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.Deletion => deletions.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.Vanish => vanishing.AdmitAsync(nostrEvent, cancellationToken),
        _ when service.IsOwn(nostrEvent) => service.AdmitAsync(nostrEvent, cancellationToken),
        EventKinds.Profile or EventKinds.RelayList or EventKinds.GraspList => participants.AdmitAsync(nostrEvent, cancellationToken),
        _ => relatedEvents.AdmitAsync(nostrEvent, cancellationToken),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} of kind {Kind}, offered by {Origin}, is refused: {Prefix}")]
    private static partial void LogRefused(ILogger logger, EventId id, int kind, EventOrigin origin, MessagePrefix prefix);
}
