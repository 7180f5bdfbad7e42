using System.Collections.Frozen;

namespace GitNostrBridge.Nostr;

/// <summary>One filter of a REQ or COUNT (NIP-01): every condition that is given must hold; a condition without values matches nothing.</summary>
public sealed record Filter
{
    /// <summary>Ids to match, or null for any.</summary>
    public FrozenSet<EventId>? Ids { get; init; }

    /// <summary>Authors to match, or null for any.</summary>
    public FrozenSet<PublicKey>? Authors { get; init; }

    /// <summary>Kinds to match, or null for any.</summary>
    public FrozenSet<int>? Kinds { get; init; }

    /// <summary>By one-letter tag name: the event must have a tag of that name whose first value is among these.</summary>
    public FrozenDictionary<char, FrozenSet<string>> Tags { get; init; } = FrozenDictionary<char, FrozenSet<string>>.Empty;

    /// <summary>Words that the event must hold (NIP-50), or null for any.</summary>
    public SearchPhrase? Search { get; init; }

    /// <summary>The earliest `created_at`, unix seconds, inclusive.</summary>
    public long? Since { get; init; }

    /// <summary>The latest `created_at`, unix seconds, inclusive.</summary>
    public long? Until { get; init; }

    /// <summary>How many stored events at the most, newest first; says nothing about live events.</summary>
    public int? Limit { get; init; }
}
