namespace GitNostrBridge.Git;

/// <summary>The refs of a repository at one moment.</summary>
/// <param name="Head">The branch that HEAD points to, which need not exist; null when HEAD cannot be read or is detached.</param>
/// <param name="Refs">Every direct ref and its value.</param>
public sealed record RefSnapshot(RefName? Head, IReadOnlyDictionary<RefName, Oid> Refs);
