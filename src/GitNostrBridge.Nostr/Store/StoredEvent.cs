namespace GitNostrBridge.Nostr;

/// <summary>A served event as the store keeps it.</summary>
/// <param name="Sequence">Its place in the order in which events became visible: greater is later.</param>
/// <param name="Id">Its id.</param>
/// <param name="Json">Its bytes as they are served.</param>
public sealed record StoredEvent(long Sequence, EventId Id, ReadOnlyMemory<byte> Json)
{
    /// <summary>The event itself.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public NostrEvent Read() => EventJson.Parse(Json.Span) switch
    {
        EventParse.Parsed parsed => parsed.Event,
        EventParse.Malformed malformed => throw new InvalidDataException($"stored event {Id} is damaged: {malformed.Reason}"),
        var other => throw new InvalidOperationException(other.ToString()),
    };
}

/// <summary>How much one query may return; what lies beyond is left out, oldest first.</summary>
/// <param name="Events">Events per filter, whatever its `limit` says.</param>
/// <param name="Bytes">Bytes of JSON in all.</param>
public sealed record QueryBounds(int Events, long Bytes)
{
    /// <summary>For the server's own questions, whose answers are small by their nature.</summary>
    public static readonly QueryBounds Internal = new(5_000, 64L << 20);
}

/// <summary>The answer to a query.</summary>
/// <param name="Events">Newest first, then lowest id.</param>
/// <param name="Horizon">The greatest sequence that the query could see: later ones are new to whoever asked.</param>
public sealed record QueryResult(IReadOnlyList<StoredEvent> Events, long Horizon);
