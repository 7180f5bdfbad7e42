namespace GitNostrBridge.Server;

/// <summary>What came of a client's question to the store.</summary>
public abstract record ClientQueryOutcome<T>
{
    private ClientQueryOutcome()
    {
    }

    /// <summary>The answer.</summary>
    public sealed record Answered(T Answer) : ClientQueryOutcome<T>;

    /// <summary>No answer; the text, for CLOSED, says why.</summary>
    public sealed record Unanswered(string Text) : ClientQueryOutcome<T>;
}
