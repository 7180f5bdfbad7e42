namespace GitNostrBridge.Git;

/// <summary>The file `packed-refs`: refs in their order, some with what their tag stands for.</summary>
/// <param name="File">The file as it was.</param>
/// <param name="Refs">In the order of their names.</param>
internal sealed record PackedRefs(WatchedFile File, IReadOnlyList<RawRef> Refs)
{
    private const string HeaderStart = "# pack-refs with:";

    private const int HexLength = 40;

    /// <summary>Reads the file; null when it is not as git writes it.</summary>
    public static PackedRefs? Read(string repository)
    {
        var path = Path.Combine(repository, "packed-refs");
        var file = WatchedFile.Of(path);
        if (!file.Stamp.Exists)
        {
            return new PackedRefs(file, []);
        }

        if (!file.Stamp.IsFile)
        {
            return null;
        }

        if (!WatchedFile.TryReadText(path, out var text))
        {
            return null;
        }

        return text is null ? new PackedRefs(file.Gone, [])
            : Parse(text) is { } refs ? new PackedRefs(file, refs)
            : null;
    }

    private static List<RawRef>? Parse(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && !text.EndsWith('\n'))
        {
            return null;
        }

        var refs = new List<RawRef>();
        var (isFully, isTags) = (false, false);
        while (!text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            var line = text[..end];
            text = text[(end + 1)..];
            if (line.StartsWith(HeaderStart) && refs.Count == 0)
            {
                var traits = $"{line[HeaderStart.Length..]} ";
                isFully = traits.Contains(" fully-peeled ", StringComparison.Ordinal);
                isTags = traits.Contains(" peeled ", StringComparison.Ordinal);
            }
            else if (!(line.StartsWith('^') ? TryPeel(line[1..], refs) : TryAdd(line, refs, isFully, isTags)))
            {
                return null;
            }
        }

        return refs;
    }

    private static bool TryAdd(ReadOnlySpan<char> line, List<RawRef> refs, bool isFully, bool isTags)
    {
        if (line.Length < HexLength + 2
            || line[HexLength] != ' '
            || !Oid.TryParse(line[..HexLength].ToString(), out var value)
            || value.IsZero
            || !RefName.TryParse(line[(HexLength + 1)..].ToString(), out var name)
            || (refs.Count > 0 && refs[^1].Name.CompareTo(name) >= 0))
        {
            return false;
        }

        refs.Add(new RawRef(name, value, null, Oid.Zero, isFully || (isTags && name.IsTag)));
        return true;
    }

    // It is what git believes, whatever the header said of the file as a whole.
    private static bool TryPeel(ReadOnlySpan<char> hex, List<RawRef> refs)
    {
        if (refs.Count == 0 || hex.Length != HexLength || !Oid.TryParse(hex.ToString(), out var peeled) || peeled.IsZero)
        {
            return false;
        }

        refs[^1] = refs[^1] with { Peeled = peeled, KnowsPeeled = true };
        return true;
    }
}
