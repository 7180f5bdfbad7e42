using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>What a state says that a ref is (R11).</summary>
public abstract record DeclaredValue
{
    private const string SymbolicPrefix = "ref: ";

    private DeclaredValue()
    {
    }

    /// <summary>An object.</summary>
    /// <param name="Claimed">The id as the author wrote it: any text at all.</param>
    /// <param name="Oid">The id, or null when the text can be no object's id: then the state can never be satisfied.</param>
    public sealed record Object(string Claimed, Oid? Oid) : DeclaredValue;

    /// <summary>Another ref: neither checked nor written here, but the ref is not to be deleted.</summary>
    public sealed record Symbolic(string Target) : DeclaredValue;

    internal static DeclaredValue Read(string value) =>
        value.StartsWith(SymbolicPrefix, StringComparison.Ordinal) ? new Symbolic(value[SymbolicPrefix.Length..])
        : new Object(value, Git.Oid.TryParse(value, out var oid) && !oid.IsZero ? oid : null);
}
