using System.Globalization;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Text that is safe to echo to a terminal or a log (CVE-2024-52005: git passes on what a server sends).</summary>
internal static class TerminalText
{
    /// <summary>One line of at most <paramref name="maxLength"/> characters: runs of control, format and lone surrogate characters become one blank.</summary>
    public static string Clean(string text, int maxLength)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
            {
                break;
            }

            if (IsPrintable(rune))
            {
                clean.Append(rune);
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }
        return clean.ToString().TrimEnd();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
