namespace GitNostrBridge.Nostr;

/// <summary>What a relay elsewhere said to a published event (`OK`).</summary>
public sealed record OkReply(bool Accepted, string Text);

/// <summary>What a relay elsewhere returned for a query. Its events are neither genuine nor matching until checked.</summary>
public abstract record QueryReply
{
    private QueryReply()
    {
    }

    /// <summary>All that it has.</summary>
    public sealed record Complete(IReadOnlyList<NostrEvent> Events) : QueryReply;

    /// <summary>More than was wanted: the first of it.</summary>
    public sealed record Cut(IReadOnlyList<NostrEvent> Events) : QueryReply;

    /// <summary>It closed the subscription instead of answering, with this text.</summary>
    public sealed record Refused(string Text) : QueryReply;
}
