using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over events of the service itself: whoever runs it may say what he likes here (R33).</summary>
public sealed class ServiceEventRule(PublicKey service, EventPublisher publisher)
{
    /// <summary>Whether the service signed the event.</summary>
    public bool IsOwn(NostrEvent nostrEvent) => nostrEvent.Author == service;

    /// <summary>Serves the event.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken) =>
        AdmissionResult.From(await publisher.PublishAsync(nostrEvent, cancellationToken).ConfigureAwait(false));
}
