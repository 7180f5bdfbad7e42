using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace GitNostrBridge.Nostr;

/// <summary>A connection to a relay elsewhere. Any number of threads may publish, query and subscribe on it at once.</summary>
public sealed class RelayClient : IAsyncDisposable
{
    private readonly RelayConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<EventId, TaskCompletionSource<OkReply>> _publishing = new();
    private readonly ConcurrentDictionary<string, ChannelWriter<RelayReply>> _subscriptions = new();
    private readonly Task _receiving;
    private volatile RelayException? _lost;
    private int _lastSubscription;

    /// <summary>Speaks over a connected socket, which it owns from now on.</summary>
    /// <param name="connected">However it was connected: the place for whoever guards where the server may connect to.</param>
    /// <param name="timeout">How long to wait for each answer and for each message to leave.</param>
    /// <param name="time">The clock for that.</param>
    /// <param name="mostMessageBytes">A relay that sends a greater message is given up.</param>
    public RelayClient(WebSocket connected, TimeSpan timeout, TimeProvider time, int mostMessageBytes = 1 << 20)
    {
        (_timeout, _time) = (timeout, time);
        _connection = new RelayConnection(connected, timeout, time, mostMessageBytes);
        _receiving = ReceiveAllAsync();
    }

    /// <summary>Connects to a `ws` or `wss` address. Silence of the relay is found out by pings.</summary>
    /// <exception cref="RelayException">It cannot be reached, or not in time.</exception>
    public static async Task<RelayClient> ConnectAsync(Uri relay, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = timeout;
            socket.Options.KeepAliveTimeout = timeout;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            await socket.ConnectAsync(relay, limit.Token);
            return new RelayClient(socket, timeout, TimeProvider.System);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is WebSocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new RelayException($"cannot connect to {relay}", exception);
            }

            throw;
        }
    }

    /// <summary>Publishes an event and waits for the relay's `OK`.</summary>
    /// <exception cref="RelayException">There was no answer.</exception>
    public async Task<OkReply> PublishAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var answer = _publishing.GetOrAdd(nostrEvent.Id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await SendAsync(ClientMessageWriter.Event(nostrEvent), cancellationToken);
            return await answer.Task.WaitAsync(_timeout, _time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new RelayException("the relay has not answered in time", exception);
        }
        finally
        {
            _publishing.TryRemove(new(nostrEvent.Id, answer));
        }
    }

    /// <summary>The stored events that match any filter, <paramref name="mostEvents"/> at the most; the time-out holds for the whole answer.</summary>
    /// <exception cref="RelayException">There was no answer, or none that ended in time.</exception>
    public async Task<QueryReply> QueryAsync(IReadOnlyList<Filter> filters, int mostEvents, CancellationToken cancellationToken)
    {
        // Room for one event too many, or for the end: whatever comes after that decides nothing.
        await using var subscription = await SubscribeAsync(filters, mostEvents + 1, cancellationToken);
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await CollectAsync(subscription, mostEvents, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RelayException("the relay has not answered in time", exception);
        }
    }

    /// <summary>Subscribes; at most <paramref name="mostBuffered"/> replies wait for their reader.</summary>
    /// <exception cref="RelayException">The relay cannot be told.</exception>
    public async Task<RelaySubscription> SubscribeAsync(IReadOnlyList<Filter> filters, int mostBuffered, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastSubscription).ToString(CultureInfo.InvariantCulture);
        var replies = Channel.CreateBounded<RelayReply>(mostBuffered);
        _subscriptions[id] = replies.Writer;
        try
        {
            await SendAsync(ClientMessageWriter.Req(id, filters), cancellationToken);
        }
        catch
        {
            _subscriptions.TryRemove(id, out _);
            throw;
        }

        return new RelaySubscription(replies.Reader, () => CloseAsync(id));
    }

    /// <summary>Says goodbye, waits a time-out at the most for the relay to do the same, and fails whatever is still waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync(_receiving);
        await _receiving;
        _connection.Dispose();
    }

    private static async Task<QueryReply> CollectAsync(RelaySubscription subscription, int mostEvents, CancellationToken cancellationToken)
    {
        var events = new List<NostrEvent>();
        await foreach (var reply in subscription.ReadAllAsync(cancellationToken))
        {
            switch (reply)
            {
                case RelayReply.Event when events.Count == mostEvents:
                    return new QueryReply.Cut(events);
                case RelayReply.Event received:
                    events.Add(received.Received);
                    break;
                case RelayReply.Closed closed:
                    return new QueryReply.Refused(closed.Text);
                case RelayReply.Eose:
                    return new QueryReply.Complete(events);
            }
        }

        throw new RelayException("the relay has not answered");
    }

    private async ValueTask CloseAsync(string subscriptionId)
    {
        if (_subscriptions.TryRemove(subscriptionId, out var replies))
        {
            replies.TryComplete();
        }

        try
        {
            await SendAsync(ClientMessageWriter.Close(subscriptionId), CancellationToken.None);
        }
        catch (RelayException)
        {
            // A subscription ends with its connection too.
        }
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        // Looked at after the caller has registered what he waits for: so either he sees the loss here, or the loss sees him.
        if (_lost is { } lost)
        {
            throw new RelayException(lost.Message, lost);
        }

        await _connection.SendAsync(message, cancellationToken);
    }

    private async Task ReceiveAllAsync()
    {
        try
        {
            while (await _connection.ReceiveAsync() is { } message)
            {
                Dispatch(RelayReply.Parse(message.Span));
            }

            _lost = new RelayException("the relay has closed the connection");
        }
        catch (Exception exception)
        {
            // Whatever it was, nobody may go on waiting for an answer that cannot come.
            _lost = exception as RelayException ?? new RelayException("the connection to the relay is lost", exception);
        }

        foreach (var (_, answer) in _publishing)
        {
            answer.TrySetException(_lost);
        }

        foreach (var (_, replies) in _subscriptions)
        {
            replies.TryComplete(_lost);
        }
    }

    private void Dispatch(RelayReply reply)
    {
        switch (reply)
        {
            case RelayReply.Ok ok when _publishing.TryGetValue(ok.Id, out var answer):
                answer.TrySetResult(new OkReply(ok.Accepted, ok.Text));
                break;
            case RelayReply.Event received:
                Pass(received.SubscriptionId, received);
                break;
            case RelayReply.Eose eose:
                Pass(eose.SubscriptionId, eose);
                break;
            case RelayReply.Closed closed:
                Pass(closed.SubscriptionId, closed);
                if (_subscriptions.TryRemove(closed.SubscriptionId, out var replies))
                {
                    replies.TryComplete();
                }

                break;
        }
    }

    private void Pass(string subscriptionId, RelayReply reply)
    {
        // One slow reader must not stop the others, so his subscription ends.
        if (_subscriptions.TryGetValue(subscriptionId, out var replies) && !replies.TryWrite(reply) && _subscriptions.TryRemove(subscriptionId, out _))
        {
            replies.TryComplete(new RelayException("events came faster than they were read"));
        }
    }
}
