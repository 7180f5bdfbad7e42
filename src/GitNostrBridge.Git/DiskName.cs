using System.Text;

namespace GitNostrBridge.Git;

/// <summary>The folder name of a repository identifier (R22).</summary>
internal static class DiskName
{
    private const int MaxBytes = 200;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// The name without its final `.git`, or null when the identifier is refused (R21). Ordinary identifiers keep
    /// theirs; `%`, a leading dot and a trailing `.git` are percent-encoded. Decoding gives the identifier back, so
    /// two never share a folder.
    /// </summary>
    public static string? From(string identifier)
    {
        if (identifier is "" or "." or ".." || identifier.Any(IsRefused))
        {
            return null;
        }

        var name = identifier.Replace("%", "%25", StringComparison.Ordinal);
        if (name.StartsWith('.'))
        {
            name = $"%2E{name[1..]}";
        }

        if (name.EndsWith(".git", StringComparison.Ordinal))
        {
            name = $"{name[..^4]}%2Egit";
        }

        return ByteCount(name) is > 0 and <= MaxBytes ? name : null;
    }

    /// <summary>The identifier that a folder was named for, without the folder's final `.git`; null when no identifier has that name.</summary>
    public static string? ToIdentifier(string name) =>
        Uri.UnescapeDataString(name) is var identifier && From(identifier) == name ? identifier : null;

    private static bool IsRefused(char letter) => letter is '/' or '\\' || char.IsControl(letter);

    // Lone surrogates have no UTF-8 form: two of them would meet in one folder.
    private static int ByteCount(string name)
    {
        try
        {
            return StrictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException)
        {
            return 0;
        }
    }
}
