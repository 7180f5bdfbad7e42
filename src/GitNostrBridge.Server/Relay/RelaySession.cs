using System.Buffers;
using System.Net.WebSockets;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>One client's WebSocket: reads its messages one after the other and answers each.</summary>
public sealed class RelaySession(WebSocket socket, SessionOutbox outbox, PublishHandler publish, SubscribeHandler subscribe, LimitOptions limits)
{
    private const int ReceiveBytes = 16 * 1024;

    private static readonly TimeSpan CloseTimeOut = TimeSpan.FromSeconds(5);

    private readonly MessageLimits _messageLimits = new(limits.FiltersPerRequest, limits.ValuesPerFilter);

    private readonly Dictionary<string, IDisposable> _subscriptions = [];

    /// <summary>Serves the client until he goes, falls too far behind, or the server stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, outbox.Broken);
        var sending = outbox.RunAsync(ending.Token);
        var status = WebSocketCloseStatus.EndpointUnavailable;
        try
        {
            status = await ReadAllAsync(ending.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // The client is gone or given up, or the server stops: all that is left is to tidy up.
        }
        finally
        {
            foreach (var subscription in _subscriptions.Values)
            {
                subscription.Dispose();
            }

            outbox.Complete();
            await sending.ConfigureAwait(false);
            await CloseAsync(status).ConfigureAwait(false);
        }
    }

    private async Task<WebSocketCloseStatus> ReadAllAsync(CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>(ReceiveBytes);
        while (true)
        {
            message.ResetWrittenCount();
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(message.GetMemory(ReceiveBytes), cancellationToken).ConfigureAwait(false);
                message.Advance(received.Count);
                if (message.WrittenCount > limits.MessageBytes)
                {
                    outbox.Post(RelayMessage.Notice($"a message may have {limits.MessageBytes} bytes; this connection is closed"));
                    return WebSocketCloseStatus.MessageTooBig;
                }
            }
            while (!received.EndOfMessage);

            switch (received.MessageType)
            {
                case WebSocketMessageType.Close:
                    return WebSocketCloseStatus.NormalClosure;
                case WebSocketMessageType.Binary:
                    outbox.Post(RelayMessage.Notice("messages are JSON text, not binary"));
                    break;
                default:
                    await AnswerAsync(ClientMessage.Parse(message.WrittenSpan, _messageLimits), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task AnswerAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case ClientMessage.Event { Published: var published }:
                await outbox.WriteAsync(await publish.HandleAsync(published, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
            case ClientMessage.Req request:
                await SubscribeAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ClientMessage.Close { SubscriptionId: var id }:
                End(id);
                break;
            case ClientMessage.Count { SubscriptionId: var id }:
                outbox.Post(RelayMessage.Closed(id, MessagePrefix.Blocked.Before("COUNT is not offered here")));
                break;
            case ClientMessage.Auth { Answer: var answer }:
                outbox.Post(OkMessages.Refused(answer.Id, MessagePrefix.Blocked, "this relay asks nobody to authenticate"));
                break;
            case ClientMessage.Malformed malformed:
                outbox.Post(Complaint(malformed));
                break;
            default:
                throw new InvalidOperationException(message.ToString());
        }
    }

    private async Task SubscribeAsync(ClientMessage.Req request, CancellationToken cancellationToken)
    {
        // NIP-01: a subscription id that is used again replaces the old subscription.
        End(request.SubscriptionId);
        if (_subscriptions.Count >= limits.SubscriptionsPerConnection)
        {
            var reason = $"{limits.SubscriptionsPerConnection} subscriptions are open on this connection; close one first";
            outbox.Post(RelayMessage.Closed(request.SubscriptionId, MessagePrefix.RateLimited.Before(reason)));
            return;
        }

        if (await subscribe.HandleAsync(request, outbox, cancellationToken).ConfigureAwait(false) is { } subscription)
        {
            _subscriptions.Add(request.SubscriptionId, subscription);
        }
    }

    private void End(string subscriptionId)
    {
        if (_subscriptions.Remove(subscriptionId, out var subscription))
        {
            subscription.Dispose();
        }
    }

    private static byte[] Complaint(ClientMessage.Malformed malformed) => malformed switch
    {
        { EventId: { } id } => OkMessages.Refused(id, MessagePrefix.Invalid, malformed.Reason),
        { SubscriptionId: { } id } => RelayMessage.Closed(id, MessagePrefix.Invalid.Before(malformed.Reason)),
        _ => RelayMessage.Notice(MessagePrefix.Invalid.Before(malformed.Reason)),
    };

    private async Task CloseAsync(WebSocketCloseStatus status)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        using var timeOut = new CancellationTokenSource(CloseTimeOut);
        try
        {
            await socket.CloseOutputAsync(status, null, timeOut.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
