namespace GitNostrBridge.Nostr;

/// <summary>One tag of an event: a name and its values, in order (NIP-01).</summary>
public sealed class EventTag(params IReadOnlyList<string> items)
{
    /// <summary>The name and the values, as they stand in the event; may be empty in events of strangers.</summary>
    public IReadOnlyList<string> Items { get; } = items;

    /// <summary>The first item, or the empty string.</summary>
    public string Name => Items.Count > 0 ? Items[0] : "";

    /// <summary>The second item, which filters compare, or null when there is none.</summary>
    public string? Value => Items.Count > 1 ? Items[1] : null;

    /// <summary>All items after the name.</summary>
    public IEnumerable<string> Values => Items.Skip(1);
}
