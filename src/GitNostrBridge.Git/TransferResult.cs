namespace GitNostrBridge.Git;

/// <summary>What became of a transfer of objects.</summary>
public abstract record TransferResult
{
    private TransferResult()
    {
    }

    /// <summary>The wanted objects and all that they refer to are in the target.</summary>
    public sealed record Done : TransferResult;

    /// <summary>They are not, or not all of them.</summary>
    /// <param name="Reason">What git said, on one line.</param>
    public sealed record Failed(string Reason) : TransferResult;
}
