using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// The direct refs of a repository that is not as git writes one today (taken over from elsewhere, or changed by hand), read from its files one by
/// one. What git would call broken is passed over. A symbolic ref is never followed: libgit2's binding does so without end when they form a loop,
/// and with the stack the process goes.
/// </summary>
internal static class PlainRefs
{
    private const string SymbolicStart = "ref:";

    private const int HexLength = 40;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, MatchType = MatchType.Simple };

    /// <summary>Reads them.</summary>
    /// <exception cref="IOException">There is no repository, or the disk failed.</exception>
    public static RefSnapshot Read(string repository)
    {
        var (_, head) = Parse(TextOf(Path.Combine(repository, "HEAD")) ?? throw new FileNotFoundException($"{repository} has no HEAD"));

        // In git's order: a ref that is packed meanwhile is seen in one place or in both. A loose one, broken or not, hides the packed one.
        var refs = new Dictionary<RefName, Oid>();
        var loose = new HashSet<RefName>();
        foreach (var (name, text) in Loose(repository, "refs"))
        {
            loose.Add(name);
            if (Parse(text) is ({ } value, null))
            {
                refs[name] = value;
            }
        }

        foreach (var (name, value) in Packed(Path.Combine(repository, "packed-refs")).Where(packed => !loose.Contains(packed.Name)))
        {
            refs[name] = value;
        }

        return new RefSnapshot(head, refs);
    }

    private static IEnumerable<(RefName Name, string Text)> Loose(string repository, string folder)
    {
        // Folders may be links that lead in a circle; no ref has so long a name.
        var names = folder.Length > RefName.MaxBytes || !Directory.Exists(Path.Combine(repository, folder)) ? []
            : Directory.GetFileSystemEntries(Path.Combine(repository, folder), "*", Everything).Select(path => Path.GetFileName(path)!)
                .Where(name => !name.StartsWith('.') && !name.EndsWith(".lock", StringComparison.Ordinal));
        foreach (var name in names.Select(name => $"{folder}/{name}"))
        {
            var path = Path.Combine(repository, name);
            if (Directory.Exists(path))
            {
                foreach (var below in Loose(repository, name))
                {
                    yield return below;
                }
            }
            else if (RefName.TryParse(name, out var refName) && TextOf(path) is { } text)
            {
                yield return (refName, text);
            }
        }
    }

    private static IEnumerable<(RefName Name, Oid Value)> Packed(string path)
    {
        foreach (var line in (TextOf(path) ?? "").Split('\n'))
        {
            if (line.Length > HexLength && line[HexLength] == ' '
                && Oid.TryParse(line[..HexLength], out var value) && !value.IsZero
                && Decode(line[(HexLength + 1)..]) is { } decoded && RefName.TryParse(decoded, out var name))
            {
                yield return (name, value);
            }
        }
    }

    // Bytes as characters; null when there is no such file, or only links in a circle. A link to a ref is a symbolic ref of old.
    private static string? TextOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is { } target && target.StartsWith("refs/", StringComparison.Ordinal)
                ? $"{SymbolicStart} {Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(target))}"
                : Encoding.Latin1.GetString(File.ReadAllBytes(path));
        }
        catch (IOException failure) when (failure is FileNotFoundException or DirectoryNotFoundException || new FileInfo(path).LinkTarget is not null)
        {
            return null;
        }
    }

    private static (Oid? Value, RefName? Target) Parse(string text)
    {
        if (text.StartsWith(SymbolicStart, StringComparison.Ordinal))
        {
            return (null, RefName.TryParse(Decode(text[SymbolicStart.Length..].Trim()), out var target) ? target : null);
        }

        var isValue = text.Length == HexLength || (text.Length > HexLength && char.IsWhiteSpace(text[HexLength]));
        return (isValue && Oid.TryParse(text[..HexLength], out var value) && !value.IsZero ? value : null, null);
    }

    private static string? Decode(string bytes)
    {
        try
        {
            return StrictUtf8.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
