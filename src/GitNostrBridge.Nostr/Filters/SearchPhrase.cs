namespace GitNostrBridge.Nostr;

/// <summary>What somebody looks for (NIP-50).</summary>
/// <remarks>
/// An event is found when each word of the phrase begins one of its <see cref="SearchableText"/>'s words, in any order. Parts of the form `key:value`
/// are extensions, none of which is known here, so they are passed over; a phrase without words is no condition at all.
/// </remarks>
public sealed class SearchPhrase
{
    // What lies beyond only makes the look-up dear.
    private const int MostWords = 20;

    private SearchPhrase(string text) => (Text, Words) = (text, [.. text
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Where(part => !IsExtension(part))
        .SelectMany(SearchableText.Split)
        .Distinct()
        .Take(MostWords)]);

    /// <summary>As it was asked.</summary>
    public string Text { get; }

    /// <summary>The words that count, in lower case; the first 20.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Reads any text.</summary>
    public static SearchPhrase Parse(string text) => new(text);

    /// <summary>Whether the event is meant.</summary>
    public bool Matches(NostrEvent nostrEvent)
    {
        if (Words.Count == 0)
        {
            return true;
        }

        var words = SearchableText.Of(nostrEvent);
        return Words.All(wanted => words.Any(word => word.StartsWith(wanted, StringComparison.Ordinal)));
    }

    private static bool IsExtension(string part) => part.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < part.Length - 1;
}
