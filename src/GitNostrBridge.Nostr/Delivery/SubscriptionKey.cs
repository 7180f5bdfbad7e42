namespace GitNostrBridge.Nostr;

/// <summary>One value of one condition, under which a filter is filed and an event looks for filters.</summary>
/// <param name="Condition">A tag's letter, or one of the marks below.</param>
/// <param name="Text">The id, author or tag value.</param>
/// <param name="Kind">The kind.</param>
internal readonly record struct SubscriptionKey(char Condition, string Text = "", int Kind = 0)
{
    private const char IdMark = '#';
    private const char AuthorMark = '@';
    private const char KindMark = '%';
    private const char AnyMark = '*';

    /// <summary>
    /// The keys of a filter: the values of its narrowest condition. Ids come first, then tags, of which the one with the fewest values, then authors,
    /// then kinds. A filter with an empty condition has none, as it matches nothing.
    /// </summary>
    public static IEnumerable<SubscriptionKey> Of(Filter filter)
    {
        if (filter.Ids is not null)
        {
            return filter.Ids.Select(id => new SubscriptionKey(IdMark, id.Hex));
        }

        if (filter.Tags.Count > 0)
        {
            var (name, values) = filter.Tags.MinBy(tag => tag.Value.Count);
            return values.Select(value => new SubscriptionKey(name, value));
        }

        return filter.Authors is not null ? filter.Authors.Select(author => new SubscriptionKey(AuthorMark, author.Hex))
            : filter.Kinds is not null ? filter.Kinds.Select(kind => new SubscriptionKey(KindMark, Kind: kind))
            : [new SubscriptionKey(AnyMark)];
    }

    /// <summary>Every key under which a filter that matches the event can be filed.</summary>
    public static IEnumerable<SubscriptionKey> Of(NostrEvent nostrEvent)
    {
        yield return new SubscriptionKey(AnyMark);
        yield return new SubscriptionKey(IdMark, nostrEvent.Id.Hex);
        yield return new SubscriptionKey(AuthorMark, nostrEvent.Author.Hex);
        yield return new SubscriptionKey(KindMark, Kind: nostrEvent.Kind);
        foreach (var tag in nostrEvent.Tags)
        {
            if (tag.Name.Length == 1 && char.IsAsciiLetter(tag.Name[0]) && tag.Value is { } value)
            {
                yield return new SubscriptionKey(tag.Name[0], value);
            }
        }
    }
}
