using System.Collections.Frozen;

namespace GitNostrBridge.Nostr.Tests;

/// <summary>Tag conditions of a filter, briefly.</summary>
internal static class TagFilters
{
    public static FrozenDictionary<char, FrozenSet<string>> Of(char name, params string[] values) =>
        new Dictionary<char, FrozenSet<string>> { [name] = values.ToFrozenSet() }.ToFrozenDictionary();
}
