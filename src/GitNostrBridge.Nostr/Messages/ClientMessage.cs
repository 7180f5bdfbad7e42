namespace GitNostrBridge.Nostr;

/// <summary>What a client says to a relay (NIP-01, NIP-42, NIP-45).</summary>
public abstract record ClientMessage
{
    private ClientMessage()
    {
    }

    /// <summary>`EVENT`: an event to publish, not verified yet.</summary>
    public sealed record Event(NostrEvent Published) : ClientMessage;

    /// <summary>`REQ`: stored events that match any filter, then live ones.</summary>
    public sealed record Req(string SubscriptionId, IReadOnlyList<Filter> Filters) : ClientMessage;

    /// <summary>`COUNT`: how many events match any filter.</summary>
    public sealed record Count(string SubscriptionId, IReadOnlyList<Filter> Filters) : ClientMessage;

    /// <summary>`CLOSE`: an end to a subscription.</summary>
    public sealed record Close(string SubscriptionId) : ClientMessage;

    /// <summary>`AUTH`: an answer to the relay's challenge, not verified yet.</summary>
    public sealed record Auth(NostrEvent Answer) : ClientMessage;

    /// <summary>
    /// Not a message of these. When its event's id or its subscription could be read, OK or CLOSED can carry the reason, else NOTICE must.
    /// </summary>
    public sealed record Malformed(string Reason, EventId? EventId = null, string? SubscriptionId = null) : ClientMessage;

    /// <summary>The greatest length of a subscription id (NIP-01).</summary>
    public const int LongestSubscriptionId = 64;

    /// <summary>Reads one text message. Whatever the bytes are, the answer is a message; nothing is thrown.</summary>
    public static ClientMessage Parse(ReadOnlySpan<byte> message, MessageLimits limits) => new ClientMessageReader(message, limits).Read();
}
