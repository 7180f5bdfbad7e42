using System.Net.WebSockets;

namespace GitNostrBridge.Server;

/// <summary>
/// One client's WebSocket. Its messages are parsed and verified side by side, a few ahead, and answered in the order in which they came.
/// </summary>
public sealed partial class RelaySession(
    WebSocket socket, SessionOutbox outbox, SessionAnswers answers, MessagePreparation preparation, LimitOptions limits, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CloseTimeOut = TimeSpan.FromSeconds(5);

    private readonly MessageReader _reader = new(socket, limits.MessageBytes, time);

    private readonly EventRate _rate = new(limits.EventsPerMinute, time);

    private readonly MessageBacklog _prepared = new();

    private readonly TaskCompletionSource<WebSocketCloseStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Serves the client until he goes, falls too far behind, or the server stops; then closes as RFC 6455 asks.</summary>
    public async Task RunAsync(CancellationToken gone, CancellationToken stopping)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(gone, outbox.Broken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, stopping);
        using var stop = stopping.Register(() => _ended.TrySetResult(WebSocketCloseStatus.EndpointUnavailable));
        var sending = outbox.RunAsync(lost.Token);
        var answering = AnswerAllAsync(ending.Token);

        // To cancel the receiving is to abort the socket, so while the server stops it goes on, until the client has said goodbye too.
        var reading = ReadAllAsync(lost.Token);
        var status = await _ended.Task.ConfigureAwait(false);
        _prepared.Complete();
        await answering.ConfigureAwait(false);
        outbox.Complete();
        try
        {
            await CloseAsync(status, sending, reading).WaitAsync(CloseTimeOut, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or TimeoutException or IOException)
        {
            // He is gone already, or does not answer: no more to be said.
        }

        socket.Abort();
        await Task.WhenAll(sending, reading).ConfigureAwait(false);
    }

    private async Task ReadAllAsync(CancellationToken lost)
    {
        try
        {
            while (true)
            {
                var message = await _reader.ReceiveAsync(lost).ConfigureAwait(false);
                if (message is ReceivedMessage.Closed)
                {
                    _ended.TrySetResult(WebSocketCloseStatus.NormalClosure);
                    return;
                }

                if (message is ReceivedMessage.TooLarge)
                {
                    outbox.Post(Nostr.RelayMessage.Notice($"a message may have {limits.MessageBytes} bytes; this connection is closed"));
                    _ended.TrySetResult(WebSocketCloseStatus.MessageTooBig);
                    await _reader.DiscardAsync(lost).ConfigureAwait(false);
                    return;
                }

                // False while the connection is ending: what still comes is passed over.
                var bytes = (message as ReceivedMessage.Text)?.Bytes.Length ?? 0;
                if (await _prepared.WaitForRoomAsync(bytes, lost).ConfigureAwait(false))
                {
                    _prepared.Add(await preparation.StartAsync(message, _rate, lost).ConfigureAwait(false), bytes);
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The client is gone, or given up.
            _ended.TrySetResult(WebSocketCloseStatus.EndpointUnavailable);
        }
    }

    private async Task AnswerAllAsync(CancellationToken ending)
    {
        try
        {
            await foreach (var prepared in _prepared.ReadAllAsync(ending).ConfigureAwait(false))
            {
                await answers.AnswerAsync(await prepared.ConfigureAwait(false), ending).ConfigureAwait(false);
            }

            await answers.FinishAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone or given up, or the server stops: nothing is owed any more.
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure);
            _ended.TrySetResult(WebSocketCloseStatus.InternalServerError);
        }
        finally
        {
            await answers.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, Task sending, Task reading)
    {
        await sending.ConfigureAwait(false);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(status, null, CancellationToken.None).ConfigureAwait(false);
        }

        await reading.ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A relay connection failed unexpectedly and is closed")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
