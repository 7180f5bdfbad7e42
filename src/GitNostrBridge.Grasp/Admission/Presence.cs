using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Asks the store whether there is anything at all.</summary>
internal static class Presence
{
    /// <summary>Whether any served event matches any of the filters; held ones do not count (R32).</summary>
    public static async Task<bool> IsServedAsync(this IEventStore store, IReadOnlyList<Filter> filters, CancellationToken cancellationToken)
    {
        var found = await store.QueryAsync(filters, QueryBounds.Internal with { Events = 1 }, cancellationToken).ConfigureAwait(false);
        return found.Events.Count > 0;
    }
}
