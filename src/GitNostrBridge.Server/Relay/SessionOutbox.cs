using System.Net.WebSockets;
using System.Threading.Channels;

namespace GitNostrBridge.Server;

/// <summary>
/// What waits to be sent to one client, in order and bounded in bytes. A reader who is too slow for live events is disconnected:
/// losing a message silently would leave him with a gap that he cannot see.
/// </summary>
public sealed class SessionOutbox(WebSocket socket, long mostUnsentBytes, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SendTimeOut = TimeSpan.FromSeconds(30);

    private readonly Channel<ReadOnlyMemory<byte>> _messages =
        Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _broken = new();

    private readonly SemaphoreSlim _room = new(0, 1);

    private long _unsent;

    /// <summary>Cancelled when the client cannot be reached any more, or has fallen too far behind.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Queues one message at once; a client who is too far behind is given up.</summary>
    public void Post(ReadOnlyMemory<byte> message)
    {
        if (Interlocked.Add(ref _unsent, message.Length) > mostUnsentBytes)
        {
            // Whoever posts may hold a lock, so what hangs on the token must not run on his thread.
            _ = _broken.CancelAsync();
            return;
        }

        _messages.Writer.TryWrite(message);
    }

    /// <summary>
    /// Queues one message of an answer that may be long: waits while half of the bound is unsent, at the client's pace. To be called by one at a time.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client is gone or too slow.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _unsent) > mostUnsentBytes / 2)
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Post(message);
    }

    /// <summary>Sends until <see cref="Complete"/>; each message has 30 s.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await SendAsync(message, cancellationToken).ConfigureAwait(false);
                if (Interlocked.Add(ref _unsent, -message.Length) <= mostUnsentBytes / 2 && _room.CurrentCount == 0)
                {
                    _room.Release();
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException or TimeoutException)
        {
            await _broken.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>No more messages come: <see cref="RunAsync"/> ends after those that wait.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose()
    {
        _broken.Dispose();
        _room.Dispose();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var sent = socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        if (sent.IsCompletedSuccessfully)
        {
            await sent.ConfigureAwait(false);
            return;
        }

        await sent.AsTask().WaitAsync(SendTimeOut, time, cancellationToken).ConfigureAwait(false);
    }
}
