namespace GitNostrBridge.Git;

/// <summary>What maintenance came to.</summary>
public abstract record MaintenanceResult
{
    private MaintenanceResult()
    {
    }

    /// <summary>All of it was done.</summary>
    public sealed record Done : MaintenanceResult;

    /// <summary>Not all of it; the repository is as sound as before.</summary>
    /// <param name="Reason">The command, and what git said, on one line.</param>
    public sealed record Failed(string Reason) : MaintenanceResult;
}
