namespace GitNostrBridge.Nostr;

/// <summary>A relay elsewhere cannot be reached, has gone, does not answer in time, or does not keep to the protocol.</summary>
public sealed class RelayException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public RelayException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what was behind it.</summary>
    public RelayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
