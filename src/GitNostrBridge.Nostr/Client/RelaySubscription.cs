using System.Threading.Channels;

namespace GitNostrBridge.Nostr;

/// <summary>An open subscription at a relay elsewhere; disposing it closes it there.</summary>
public sealed class RelaySubscription : IAsyncDisposable
{
    private readonly ChannelReader<RelayReply> _replies;
    private readonly Func<ValueTask> _close;

    internal RelaySubscription(ChannelReader<RelayReply> replies, Func<ValueTask> close) => (_replies, _close) = (replies, close);

    /// <summary>
    /// The stored events, one <see cref="RelayReply.Eose"/>, then live events as they come, without end; a <see cref="RelayReply.Closed"/> is the last
    /// reply. To be read once, by one reader.
    /// </summary>
    /// <exception cref="RelayException">The connection is lost, or more came than the buffer held because this was read too slowly.</exception>
    public IAsyncEnumerable<RelayReply> ReadAllAsync(CancellationToken cancellationToken) => _replies.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _close();
}
