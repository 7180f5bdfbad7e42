namespace GitNostrBridge.Git;

/// <summary>What maintenance came to.</summary>
public abstract record MaintenanceResult
{
    private MaintenanceResult()
    {
    }

    /// <summary>All of it was done.</summary>
    public sealed record Done : MaintenanceResult;

    /// <summary>
    /// A push has moved refs meanwhile, and git has given up a bitmap that would have to reach what came after it had looked for packs. Nothing is
    /// wrong, and nothing lost: it is to be done again.
    /// </summary>
    public sealed record Overtaken : MaintenanceResult;

    /// <summary>Not all of it; the repository is as sound as before.</summary>
    /// <param name="Reason">The command, and what git said, on one line.</param>
    public sealed record Failed(string Reason) : MaintenanceResult;
}
