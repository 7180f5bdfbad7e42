namespace GitNostrBridge.Server;

/// <summary>How one request is to be answered.</summary>
public abstract record CloneTicket
{
    private CloneTicket()
    {
    }

    /// <summary>By git alone, past the cache.</summary>
    /// <param name="Seen">To be told how long the answer is, and disposed at its end.</param>
    public sealed record Straight(SeenRequest Seen) : CloneTicket;

    /// <summary>From an answer that is there, or being made for somebody else.</summary>
    /// <param name="Reader">To be disposed at its end.</param>
    public sealed record Read(AnswerReader Reader) : CloneTicket;

    /// <summary>From an answer that the caller now has to have made (<see cref="CloneCache.MakeAsync"/>).</summary>
    /// <param name="Answer">Empty so far.</param>
    /// <param name="Reader">The caller's own, to be disposed at its end.</param>
    public sealed record Make(StoredAnswer Answer, AnswerReader Reader) : CloneTicket;
}
