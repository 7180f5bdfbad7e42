using System.Buffers;
using System.Net.WebSockets;

namespace GitNostrBridge.Nostr;

/// <summary>Whole text messages over a web socket: bounded when received, one at a time and within the time-out when sent.</summary>
internal sealed class RelayConnection(WebSocket socket, TimeSpan timeout, TimeProvider time, int mostMessageBytes) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly ArrayBufferWriter<byte> _received = new();

    /// <summary>The next message, valid until the next call, or null when the other side has closed the connection.</summary>
    /// <exception cref="RelayException">The message is too large or not a text.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReceiveAsync()
    {
        _received.ResetWrittenCount();
        while (true)
        {
            var part = await socket.ReceiveAsync(_received.GetMemory(4096), _ending.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            _received.Advance(part.Count);
            if (part.MessageType != WebSocketMessageType.Text || _received.WrittenCount > mostMessageBytes)
            {
                socket.Abort();
                throw new RelayException($"the relay has sent a message that is no text or has more than {mostMessageBytes} bytes");
            }

            if (part.EndOfMessage)
            {
                return _received.WrittenMemory;
            }
        }
    }

    /// <summary>Sends one message.</summary>
    /// <exception cref="RelayException">It could not be sent, or not in time.</exception>
    public async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _sending.WaitAsync(either.Token);
            try
            {
                // Not the caller's token: to cancel half a message is to lose the connection, for all who use it.
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception exception) when (IsLoss(exception) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new RelayException("the message cannot be sent to the relay", exception);
        }
    }

    /// <summary>Says goodbye and gives the receiving side until the time-out to end; then ends it.</summary>
    public async Task CloseAsync(Task receiving)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        try
        {
            await _sending.WaitAsync(limit.Token);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }
            finally
            {
                _sending.Release();
            }

            await receiving.WaitAsync(limit.Token);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // It is gone already, or does not answer: no more to be said.
        }

        await _ending.CancelAsync();
    }

    /// <summary>The rest holds nothing that needs disposing, and a late sender may still ask it.</summary>
    public void Dispose() => socket.Dispose();

    private static bool IsLoss(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException;
}
