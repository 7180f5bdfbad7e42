namespace GitNostrBridge.Git;

/// <summary>What became of a fetch.</summary>
public abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>These objects, some or all of the wanted ones, are in their targets now, complete with all that they refer to; no ref reaches them yet.</summary>
    public sealed record Brought(IReadOnlyCollection<Oid> Oids) : FetchResult;

    /// <summary>Nothing has come, because the disk or a quota here has no room for it.</summary>
    /// <param name="Reason">Which one, on one line.</param>
    public sealed record NoRoom(string Reason) : FetchResult;

    /// <summary>Nothing was asked for: this server may not connect to where it would be.</summary>
    /// <param name="Reason">Why, for the log alone: it may tell what this server's own network looks like.</param>
    public sealed record NotAllowed(string Reason) : FetchResult;

    /// <summary>Nothing has come.</summary>
    /// <param name="Reason">What git said, or which bound was met, on one line.</param>
    public sealed record Failed(string Reason) : FetchResult;
}
