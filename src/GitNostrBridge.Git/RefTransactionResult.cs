namespace GitNostrBridge.Git;

/// <summary>What became of a change of refs.</summary>
public abstract record RefTransactionResult
{
    private RefTransactionResult()
    {
    }

    /// <summary>All of it was done.</summary>
    public sealed record Applied : RefTransactionResult;

    /// <summary>Nothing was done.</summary>
    /// <param name="Reason">What git said, on one line.</param>
    public sealed record Refused(string Reason) : RefTransactionResult;
}
