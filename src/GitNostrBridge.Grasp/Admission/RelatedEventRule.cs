using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over everything that belongs to a repository's conversation: issues, patches, comments, statuses, reviews and the like (R32).</summary>
public sealed class RelatedEventRule(IEventStore store, EventPublisher publisher)
{
    // Enough for any honest event; a longer list only makes the look-up dear.
    private const int MostReferences = 100;

    private static readonly AdmissionResult.Refused Unrelated = new(
        MessagePrefix.Blocked,
        "the event refers to nothing that is served here; it needs an a, A or q tag with the coordinate of a repository, or an e, E or q tag with the id of an event of this relay");

    /// <summary>Serves the event when it refers to something served, or something served refers to it.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        // Almost every event names what it belongs to, so the dearer question is asked last.
        return await store.IsServedAsync([.. ReferredBy(nostrEvent)], cancellationToken).ConfigureAwait(false)
            || await store.IsServedAsync([.. ReferringTo(nostrEvent)], cancellationToken).ConfigureAwait(false)
            ? AdmissionResult.From(await publisher.PublishAsync(nostrEvent, cancellationToken).ConfigureAwait(false))
            : Unrelated;
    }

    private static IEnumerable<Filter> ReferredBy(NostrEvent nostrEvent)
    {
        var references = nostrEvent.Tags.Where(tag => tag.Name is "a" or "A" or "e" or "E" or "q" && tag.Value is not null).Take(MostReferences).ToList();
        var ids = references
            .Where(tag => tag.Name is "e" or "E" or "q" && EventId.TryParse(tag.Value, out _))
            .Select(tag => EventId.TryParse(tag.Value, out var id) ? id : default)
            .ToFrozenSet();
        if (ids.Count > 0)
        {
            yield return new Filter { Ids = ids };
        }

        foreach (var tag in references.Where(tag => tag.Name is "a" or "A" or "q"))
        {
            if (EventAddress.TryParse(tag.Value, out var address))
            {
                yield return address.AsFilter();
            }
        }
    }

    private static IEnumerable<Filter> ReferringTo(NostrEvent nostrEvent)
    {
        var values = EventAddress.Of(nostrEvent) is { } address
            ? FrozenSet.Create(nostrEvent.Id.Hex, address.ToString())
            : FrozenSet.Create(nostrEvent.Id.Hex);
        return "aAeEq".Select(name => new Filter { Tags = FrozenDictionary.Create(KeyValuePair.Create(name, values)) });
    }
}
