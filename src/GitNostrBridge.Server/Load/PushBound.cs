namespace GitNostrBridge.Server;

/// <summary>Whether there is room for a push.</summary>
public abstract record PushBound
{
    private PushBound()
    {
    }

    /// <summary>There is.</summary>
    /// <param name="MostPackBytes">As long as the pack has no more bytes than this.</param>
    public sealed record Fits(long MostPackBytes) : PushBound;

    /// <summary>There is not.</summary>
    /// <param name="Reason">Which limit, for the person who pushes.</param>
    public sealed record Exceeds(string Reason) : PushBound;
}
