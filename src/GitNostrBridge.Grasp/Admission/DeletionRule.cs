using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over deletion requests, kind 5 (NIP-09, R34, R35).</summary>
public sealed class DeletionRule(IEventStore store, EventPublisher publisher, EventRemoval removal)
{
    // Each one is a question to the store.
    private const int MostAddresses = 100;

    /// <summary>Removes the author's own events, served and held, and serves the request; one that means nothing here is refused.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent request, CancellationToken cancellationToken)
    {
        var deletion = Read(request);
        if (deletion.Addresses.Count > MostAddresses)
        {
            return new AdmissionResult.Refused(MessagePrefix.Invalid, $"a deletion request may have {MostAddresses} a tags; send several");
        }

        var served = await ServedAsync(deletion, cancellationToken).ConfigureAwait(false);
        var held = await HeldAsync(deletion, cancellationToken).ConfigureAwait(false);
        if (served.Count == 0 && held.Count == 0 && !await store.IsServedAsync([new Filter { Ids = FrozenSet.Create(request.Id) }], cancellationToken).ConfigureAwait(false))
        {
            return new AdmissionResult.Refused(
                MessagePrefix.Blocked, "the deletion request refers to nothing of its author here; it needs e tags with ids, or a tags with coordinates, of events of his own");
        }

        // Whatever breaks off after this is done again when the request comes again.
        var outcome = await publisher.PublishAsync(request, cancellationToken).ConfigureAwait(false);
        if (outcome is SaveOutcome.Saved or SaveOutcome.Duplicate)
        {
            await removal.RemoveAsync(served, held, token => store.DeleteAsync(deletion, token), cancellationToken).ConfigureAwait(false);
        }

        return AdmissionResult.From(outcome);
    }

    private static EventDeletion Read(NostrEvent request) => new(
        request.Author,
        [.. request.TagsNamed("e").Select(tag => EventId.TryParse(tag.Value, out var id) ? id : (EventId?)null).OfType<EventId>().Distinct()],
        [.. request.TagsNamed("a")
            .Select(tag => EventAddress.TryParse(tag.Value, out var address) ? address : null)
            .OfType<EventAddress>()
            .Where(address => address.Author == request.Author && (EventKinds.IsAddressable(address.Kind) || EventKinds.IsReplaceable(address.Kind)))
            .Distinct()],
        request.CreatedAt);

    private async Task<IReadOnlyList<NostrEvent>> ServedAsync(EventDeletion deletion, CancellationToken cancellationToken)
    {
        IReadOnlyList<Filter> filters =
        [
            new Filter { Ids = deletion.Ids.ToFrozenSet(), Authors = FrozenSet.Create(deletion.Author) },
            .. deletion.Addresses.Select(address => address.AsFilter() with { Until = deletion.Until }),
        ];
        var served = await store.QueryAsync(filters, QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return [.. served.Events.Select(stored => stored.Read()).Where(nostrEvent => !EventKinds.IsIrrevocable(nostrEvent.Kind))];
    }

    private async Task<IReadOnlyList<NostrEvent>> HeldAsync(EventDeletion deletion, CancellationToken cancellationToken)
    {
        var held = await store.HeldByAsync(deletion.Author, cancellationToken).ConfigureAwait(false);
        return
        [
            .. held.Select(waiting => waiting.Event).Where(nostrEvent => deletion.Ids.Contains(nostrEvent.Id)
                || (nostrEvent.CreatedAt <= deletion.Until && EventAddress.Of(nostrEvent) is { } address && deletion.Addresses.Contains(address))),
        ];
    }
}
