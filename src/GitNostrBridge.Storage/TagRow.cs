namespace GitNostrBridge.Storage;

/// <summary>A tag that filters can ask for: its name is one character and it has a value.</summary>
internal sealed record TagRow(string Name, object Value, long CreatedAt, long Sequence, long Kind)
{
    /// <summary>An event's rows; the same name and value may come twice.</summary>
    public static IReadOnlyList<TagRow> Of(NostrEvent nostrEvent, long sequence) =>
    [
        .. nostrEvent.Tags
            .Where(tag => tag.Name.Length == 1 && tag.Value is not null)
            .Select(tag => new TagRow(tag.Name, Blob.Of(tag.Value!), nostrEvent.CreatedAt, sequence, nostrEvent.Kind)),
    ];
}
