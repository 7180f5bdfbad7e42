namespace GitNostrBridge.Nostr;

/// <summary>The plain meaning of a filter (NIP-01): what every store and index must agree with. `limit` plays no part.</summary>
public static class FilterMatcher
{
    /// <summary>Whether any of the filters matches.</summary>
    public static bool MatchesAny(IReadOnlyList<Filter> filters, NostrEvent nostrEvent)
    {
        foreach (var filter in filters)
        {
            if (Matches(filter, nostrEvent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether every given condition of the filter holds.</summary>
    public static bool Matches(Filter filter, NostrEvent nostrEvent) =>
        (filter.Ids is null || filter.Ids.Contains(nostrEvent.Id))
        && (filter.Authors is null || filter.Authors.Contains(nostrEvent.Author))
        && (filter.Kinds is null || filter.Kinds.Contains(nostrEvent.Kind))
        && (filter.Since is null || nostrEvent.CreatedAt >= filter.Since)
        && (filter.Until is null || nostrEvent.CreatedAt <= filter.Until)
        && (filter.Search is null || filter.Search.Matches(nostrEvent))
        && filter.Tags.All(condition => nostrEvent.Tags.Any(tag =>
            tag.Name.Length == 1 && tag.Name[0] == condition.Key && tag.Value is { } value && condition.Value.Contains(value)));
}
