using System.Runtime.CompilerServices;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Reads more events than one answer holds, page by page, the newest first (`until`).</summary>
internal static class EventPages
{
    /// <summary>Each event once. More events of one second than a page holds are left out, for `until` cannot tell them apart.</summary>
    /// <param name="ask">Gives the newest events up to a second, unix time; null: of all.</param>
    /// <param name="cancellationToken">Ends between two pages.</param>
    public static async IAsyncEnumerable<NostrEvent> ReadAsync(
        Func<long?, CancellationToken, Task<IReadOnlyList<NostrEvent>>> ask, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? until = null;
        var edge = new HashSet<EventId>();
        while (await ask(until, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            var last = page.Min(found => found.CreatedAt);
            var isNew = false;
            foreach (var found in page.Where(found => !edge.Contains(found.Id)))
            {
                isNew = true;
                yield return found;
            }

            if (last != until)
            {
                edge.Clear();
            }

            edge.UnionWith(page.Where(found => found.CreatedAt == last).Select(found => found.Id));
            until = isNew ? last : last - 1;
        }
    }

    /// <summary>All served events of a store that match.</summary>
    public static IAsyncEnumerable<NostrEvent> ReadAsync(IEventStore store, Filter filter, CancellationToken cancellationToken) => ReadAsync(
        async (until, token) => [.. (await store.QueryAsync([filter with { Until = until }], QueryBounds.Internal, token).ConfigureAwait(false)).Events.Select(stored => stored.Read())],
        cancellationToken);
}
