using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over requests to vanish, kind 62 (NIP-62).</summary>
public sealed class VanishRule(IEventStore store, EventPublisher publisher, EventRemoval removal, ServiceAddress here)
{
    private const string Everywhere = "ALL_RELAYS";

    // So many events go in one transaction; other writers get their turn between two.
    private const int Batch = 500;

    private static readonly FrozenSet<int> KindsOnDisk = FrozenSet.Create(
        EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState, EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    /// <summary>
    /// Removes everything that the author has signed up to the request, served and held, takes his repositories out of service (R35), and refuses those
    /// events for ever. The request itself stays, so that it is known here and can be passed on.
    /// </summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent request, CancellationToken cancellationToken)
    {
        if (!request.TagsNamed("relay").Any(tag => tag.Value is { } relay && (relay == Everywhere || here.IsRelay(relay))))
        {
            return new AdmissionResult.Refused(MessagePrefix.Invalid, $"the request to vanish needs a relay tag with {here.RelayUrl} or {Everywhere}");
        }

        // A row is kept for each key that vanishes, so keys that were never here are not taken.
        var ofAuthor = new Filter { Authors = FrozenSet.Create(request.Author) };
        var held = await store.HeldByAsync(request.Author, cancellationToken).ConfigureAwait(false);
        if (held.Count == 0 && !await store.IsServedAsync([ofAuthor], cancellationToken).ConfigureAwait(false))
        {
            return new AdmissionResult.Refused(MessagePrefix.Blocked, "there is nothing of this author here");
        }

        // Whatever breaks off after this is done again when the request comes again.
        var outcome = await publisher.PublishAsync(request, cancellationToken).ConfigureAwait(false);
        if (outcome is SaveOutcome.Saved or SaveOutcome.Duplicate)
        {
            await RemoveAllAsync(request, [.. held.Select(waiting => waiting.Event)], cancellationToken).ConfigureAwait(false);
        }

        return AdmissionResult.From(outcome);
    }

    private async Task RemoveAllAsync(NostrEvent request, IReadOnlyList<NostrEvent> held, CancellationToken cancellationToken)
    {
        var onDisk = new Filter { Authors = FrozenSet.Create(request.Author), Kinds = KindsOnDisk, Until = request.CreatedAt };
        IReadOnlyList<NostrEvent> waiting = [.. held.Where(waits => waits.CreatedAt <= request.CreatedAt)];
        await removal.RemoveAsync([], waiting, token => DeleteAsync(request, waiting, token), cancellationToken).ConfigureAwait(false);
        while (await store.QueryAsync([onDisk], QueryBounds.Internal, cancellationToken).ConfigureAwait(false) is { Events.Count: > 0 } found)
        {
            IReadOnlyList<NostrEvent> served = [.. found.Events.Select(stored => stored.Read())];
            await removal.RemoveAsync(served, [], token => DeleteAsync(request, served, token), cancellationToken).ConfigureAwait(false);
        }

        while (await store.VanishAsync(request.Author, request.CreatedAt, Batch, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private Task<IReadOnlyList<EventId>> DeleteAsync(NostrEvent request, IEnumerable<NostrEvent> events, CancellationToken cancellationToken) =>
        store.DeleteAsync(new EventDeletion(request.Author, [.. events.Select(gone => gone.Id)], [], request.CreatedAt), cancellationToken);
}
