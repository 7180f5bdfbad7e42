namespace GitNostrBridge.Git;

/// <summary>A ref as a repository's files hold it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Where it stands; zero when it is symbolic.</param>
/// <param name="Target">The ref that a symbolic one stands for.</param>
/// <param name="Peeled">What packed-refs says that a tag stands for in the end; zero: nothing.</param>
/// <param name="KnowsPeeled">Whether packed-refs says so at all.</param>
internal readonly record struct RawRef(RefName Name, Oid Value, RefName? Target, Oid Peeled, bool KnowsPeeled)
{
    private const string SymbolicStart = "ref: ";

    /// <summary>Reads what HEAD or a loose ref's file holds, as git writes it; false for everything else, however git would take it.</summary>
    public static bool TryReadValue(ReadOnlySpan<char> text, out Oid value, out RefName? target)
    {
        (value, target) = (default, null);
        text = text.EndsWith('\n') ? text[..^1] : text;
        if (text.StartsWith(SymbolicStart))
        {
            var isName = RefName.TryParse(text[SymbolicStart.Length..].ToString(), out var name);
            target = name;
            return isName;
        }

        return text.Length == 40 && Oid.TryParse(text.ToString(), out value) && !value.IsZero;
    }
}
