using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>A full ref name, `refs/…`, that git would accept (git-check-ref-format).</summary>
public readonly record struct RefName : IComparable<RefName>
{
    /// <summary>The longest name taken, in bytes of UTF-8: a pkt-line holds 65,516. Only a recovery ref may be longer, by what it adds to the name that it keeps.</summary>
    public const int MaxBytes = 1024;

    // `refs/recovery/`, the seconds of many centuries, and a slash.
    private const int MostRecoveryBytes = 32;

    /// <summary>The longest component between slashes, in bytes of UTF-8: file systems allow 255, and git adds `.lock`.</summary>
    public const int MaxComponentBytes = 200;

    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '\x7f', ' ', '~', '^', ':', '?', '*', '[', '\\']);

    private readonly string? _full;

    private RefName(string full) => _full = full;

    /// <summary>The whole name, beginning `refs/`.</summary>
    public string Full => _full ?? throw new InvalidOperationException("a RefName comes from TryParse");

    /// <summary>Whether it lies in refs/heads/.</summary>
    public bool IsBranch => Full.StartsWith("refs/heads/", StringComparison.Ordinal);

    /// <summary>Whether it lies in refs/tags/.</summary>
    public bool IsTag => Full.StartsWith("refs/tags/", StringComparison.Ordinal);

    /// <summary>The name without `refs/heads/`, `refs/tags/` or `refs/`.</summary>
    public string Short => Full[(IsBranch ? "refs/heads/" : IsTag ? "refs/tags/" : "refs/").Length..];

    /// <summary>
    /// Reads a full name by the rules of git-check-ref-format. Stricter than git in that it begins `refs/`, has at least two slashes
    /// (`refs/heads/x`), is Unicode, and is no longer than <see cref="MaxBytes"/> and <see cref="MaxComponentBytes"/>.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RefName name)
    {
        var valid = text is not null
            && text.StartsWith("refs/", StringComparison.Ordinal)
            && text.AsSpan().Count('/') >= 2
            && !text.AsSpan().ContainsAny(Forbidden)
            && !text.Contains("..", StringComparison.Ordinal)
            && !text.Contains("@{", StringComparison.Ordinal)
            && !text.EndsWith('.')
            && IsUnicode(text)
            && Encoding.UTF8.GetByteCount(text) <= MaxBytes + (text.StartsWith(RecoveryRefs.Prefix, StringComparison.Ordinal) ? MostRecoveryBytes : 0)
            && text.Split('/').All(IsComponent);
        name = valid ? new RefName(text!) : default;
        return valid;
    }

    /// <summary>The order of the names' bytes as UTF-8, in which git sorts them.</summary>
    public int CompareTo(RefName other)
    {
        var same = Full.AsSpan().CommonPrefixLength(other.Full);
        if (same == Full.Length || same == other.Full.Length)
        {
            return Full.Length.CompareTo(other.Full.Length);
        }
        // UTF-16 sorts surrogates, which stand for the highest characters, below U+E000 to U+FFFF.
        var (mine, theirs) = (Full[same], other.Full[same]);
        return char.IsSurrogate(mine) == char.IsSurrogate(theirs) ? mine.CompareTo(theirs) : char.IsSurrogate(mine) ? 1 : -1;
    }

    /// <inheritdoc/>
    public override string ToString() => Full;

    /// <summary>Byte order.</summary>
    public static bool operator <(RefName left, RefName right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(RefName left, RefName right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(RefName left, RefName right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(RefName left, RefName right) => left.CompareTo(right) >= 0;

    private static bool IsComponent(string component) =>
        component.Length > 0
        && component[0] != '.'
        && !component.EndsWith(".lock", StringComparison.Ordinal)
        && Encoding.UTF8.GetByteCount(component) <= MaxComponentBytes;

    // A lone surrogate has no UTF-8 form, so two such names could meet on disk; enumerated, it becomes U+FFFD.
    private static bool IsUnicode(string text) =>
        text.EnumerateRunes().Count(rune => rune == Rune.ReplacementChar) == text.AsSpan().Count('\uFFFD');
}
