namespace GitNostrBridge.Git;

/// <summary>What the head of a push request is.</summary>
public abstract record ReceivePackPeek
{
    private ReceivePackPeek()
    {
    }

    /// <summary>A command list.</summary>
    /// <param name="Request">What is asked for.</param>
    public sealed record Commands(ReceivePackRequest Request) : ReceivePackPeek;

    /// <summary>No command at all: git's probe before a large push (R17).</summary>
    public sealed record Probe : ReceivePackPeek;

    /// <summary>A command list that is not read to its end.</summary>
    /// <param name="Reason">What is wrong, for the client to read.</param>
    /// <param name="Before">What was read before: how the client is to be answered. It may have no update.</param>
    public abstract record Refused(string Reason, ReceivePackRequest Before) : ReceivePackPeek;

    /// <summary>Not a command list, or one that could mean two things.</summary>
    public sealed record Malformed(string Reason, ReceivePackRequest Before) : Refused(Reason, Before);

    /// <summary>More refs or bytes than <see cref="PushLimits"/> allows.</summary>
    public sealed record TooLarge(string Reason, ReceivePackRequest Before) : Refused(Reason, Before);
}
