using System.Buffers;
using System.Net.WebSockets;

namespace GitNostrBridge.Server;

/// <summary>Reads whole messages from a WebSocket, bounded in size and in the time from their first byte to their last.</summary>
public sealed class MessageReader(WebSocket socket, int mostBytes, TimeProvider time)
{
    private const int FirstBytes = 4 * 1024;

    // A connection that has once sent a large message must not hold the memory for ever.
    private const int KeptBytes = 64 * 1024;

    private static readonly TimeSpan MessageTimeOut = TimeSpan.FromSeconds(60);

    private ArrayBufferWriter<byte> _buffer = new(FirstBytes);

    /// <summary>Waits for the next message as long as it takes.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or a message was begun and not finished in time; the socket is unusable.</exception>
    /// <exception cref="WebSocketException">The client is gone, or does not keep to the WebSocket protocol.</exception>
    public async Task<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        var part = await ReceivePartAsync(cancellationToken).ConfigureAwait(false);
        if (!part.EndOfMessage)
        {
            using var timeOut = new CancellationTokenSource(MessageTimeOut, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeOut.Token, cancellationToken);
            while (!part.EndOfMessage && _buffer.WrittenCount <= mostBytes)
            {
                part = await ReceivePartAsync(either.Token).ConfigureAwait(false);
            }
        }

        var bytes = _buffer.WrittenCount <= mostBytes ? _buffer.WrittenSpan.ToArray() : null;
        Reset();
        return part.MessageType switch
        {
            WebSocketMessageType.Close => new ReceivedMessage.Closed(),
            _ when bytes is null => new ReceivedMessage.TooLarge(),
            WebSocketMessageType.Binary => new ReceivedMessage.Binary(),
            _ => new ReceivedMessage.Text(bytes),
        };
    }

    /// <summary>Passes over all that still comes until the client says goodbye.</summary>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        while ((await ReceivePartAsync(cancellationToken).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
        {
            Reset();
        }
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceivePartAsync(CancellationToken cancellationToken)
    {
        var part = await socket.ReceiveAsync(_buffer.GetMemory(FirstBytes), cancellationToken).ConfigureAwait(false);
        _buffer.Advance(part.Count);
        return part;
    }

    private void Reset()
    {
        _buffer.ResetWrittenCount();
        if (_buffer.Capacity > KeptBytes)
        {
            _buffer = new ArrayBufferWriter<byte>(FirstBytes);
        }
    }
}
