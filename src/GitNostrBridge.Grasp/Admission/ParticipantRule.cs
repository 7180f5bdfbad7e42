using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over what people say of themselves: profiles, relay lists and GRASP lists, kinds 0, 10002 and 10317 (R33).</summary>
public sealed class ParticipantRule(IEventStore store, EventPublisher publisher)
{
    /// <summary>Serves it when its author owns, maintains or has taken part in something here: when there is any event of his.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var filter = new Filter { Authors = FrozenSet.Create(nostrEvent.Author) };
        var held = await store.CountHeldAsync(nostrEvent.Author, cancellationToken).ConfigureAwait(false);
        return held.OfAuthor > 0 || await store.IsServedAsync([filter], cancellationToken).ConfigureAwait(false)
            ? AdmissionResult.From(await publisher.PublishAsync(nostrEvent, cancellationToken).ConfigureAwait(false))
            : new AdmissionResult.Refused(
                MessagePrefix.Blocked, "profiles and lists are kept of people who own, maintain or have taken part in a repository here; take part first");
    }
}
