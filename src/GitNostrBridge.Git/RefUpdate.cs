namespace GitNostrBridge.Git;

/// <summary>A ref that is to move from one object to another; zero stands for an absent ref.</summary>
public sealed record RefUpdate(RefName Name, Oid Old, Oid New)
{
    /// <summary>Whether nothing would change.</summary>
    public bool IsNoOp => Old == New;

    /// <summary>Whether the ref would go.</summary>
    public bool IsDelete => New.IsZero;
}
