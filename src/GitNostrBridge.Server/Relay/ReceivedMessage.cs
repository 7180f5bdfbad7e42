namespace GitNostrBridge.Server;

/// <summary>What came over a WebSocket.</summary>
public abstract record ReceivedMessage
{
    private ReceivedMessage()
    {
    }

    /// <summary>A whole text message, its fragments joined.</summary>
    public sealed record Text(byte[] Bytes) : ReceivedMessage;

    /// <summary>A whole binary message, which this protocol has no use for.</summary>
    public sealed record Binary : ReceivedMessage;

    /// <summary>A message that has grown beyond the bound; its rest has not been read.</summary>
    public sealed record TooLarge : ReceivedMessage;

    /// <summary>The client says goodbye.</summary>
    public sealed record Closed : ReceivedMessage;
}
