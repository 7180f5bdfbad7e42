using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Stored events on their way to a client; disposing it says that they are with him, or will never be.</summary>
/// <param name="Result">The events.</param>
/// <param name="Share">What they take of the memory for answers.</param>
public sealed record AnswerInHand(QueryResult Result, ByteShare Share) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Share.Dispose();
}
