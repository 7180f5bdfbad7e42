using System.Text;

namespace GitNostrBridge.Nostr;

/// <summary>The words by which an event can be found (NIP-50): those of its name, description, subject and content.</summary>
public static class SearchableText
{
    // The message of a patch stands at its beginning; the diff behind it would only fill the index.
    private const int MostCharacters = 8_192;

    private const int LongestWord = 64;

    private static readonly string[] TextTags = ["name", "description", "subject"];

    /// <summary>The words of an announcement, issue, patch or pull request, each once; none of other kinds. Of its content the first 8,192 characters count.</summary>
    public static IReadOnlySet<string> Of(NostrEvent nostrEvent) =>
        nostrEvent.Kind is EventKinds.RepositoryAnnouncement or EventKinds.Issue or EventKinds.Patch or EventKinds.PullRequest or EventKinds.PullRequestUpdate
            ? nostrEvent.Tags.Where(tag => TextTags.Contains(tag.Name)).Select(tag => tag.Value ?? "").Append(nostrEvent.Content).SelectMany(Split).ToHashSet()
            : new HashSet<string>();

    /// <summary>The words of a text: runs of letters and digits, in lower case, cut off after 64 characters.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MostCharacters).Append(new Rune(' ')))
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                if (word.Length > 0)
                {
                    yield return word.ToString();
                    word.Clear();
                }
            }
            else if (word.Length < LongestWord)
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
        }
    }
}
