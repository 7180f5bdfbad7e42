using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>A full ref name, `refs/…`, that git would accept (git-check-ref-format).</summary>
public readonly record struct RefName : IComparable<RefName>
{
    /// <summary>The longest name taken, in bytes of UTF-8: file systems allow 255 a component, pkt-lines 65,516 a line.</summary>
    public const int MaxBytes = 1024;

    private const int MaxComponentBytes = 200;

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

    /// <summary>Reads a full name by the rules of git-check-ref-format; at least two slashes are needed (`refs/heads/x`).</summary>
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
            && Encoding.UTF8.GetByteCount(text) <= MaxBytes
            && text.Split('/').All(IsComponent);
        name = valid ? new RefName(text!) : default;
        return valid;
    }

    /// <summary>Byte order of the names as git sorts them.</summary>
    public int CompareTo(RefName other) => string.CompareOrdinal(Full, other.Full);

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

    // A lone surrogate has no UTF-8 form, so two such names could meet on disk.
    private static bool IsUnicode(string text) => !text.Contains('\uFFFD') && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);
}
