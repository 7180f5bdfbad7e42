using System.Net;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers the messages of one connection, in order: a question sees what the events before it have done.</summary>
public sealed class SessionAnswers(
    IPAddress client, SessionOutbox outbox, PublishHandler publish, SubscribeHandler subscribe, CountHandler count, Authentication authentication, LimitOptions limits, RelayMetrics metrics) : IAsyncDisposable
{
    private readonly PublishQueue _publishing = new(publish, outbox);

    private readonly Dictionary<string, IDisposable> _subscriptions = [];

    /// <summary>Answers one message; the OK of an event may come later, but before anything else is answered.</summary>
    public async Task AnswerAsync(PreparedMessage prepared, CancellationToken cancellationToken)
    {
        metrics.Received(prepared.Message);
        if (prepared is { Message: ClientMessage.Event { Published: var published }, Refusal: null })
        {
            await _publishing.AddAsync(published, authentication.Keys, cancellationToken).ConfigureAwait(false);
            return;
        }

        await _publishing.FinishAsync().ConfigureAwait(false);
        if (prepared.Refusal is { } refusal)
        {
            metrics.TurnedAway(prepared.Message);
            await outbox.WriteAsync(refusal, cancellationToken).ConfigureAwait(false);
            return;
        }

        switch (prepared.Message)
        {
            case ClientMessage.Req request:
                await SubscribeAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ClientMessage.Close { SubscriptionId: var id }:
                End(id);
                break;
            case ClientMessage.Count counted:
                await outbox.WriteAsync(await count.HandleAsync(counted, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
            case ClientMessage.Auth { Answer: var answer }:
                await outbox.WriteAsync(OkMessages.OfAuthentication(answer.Id, authentication.Accept(answer)), cancellationToken).ConfigureAwait(false);
                break;
            case ClientMessage.Malformed malformed:
                await outbox.WriteAsync(Complaint(malformed), cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException(prepared.Message.ToString());
        }
    }

    /// <summary>Waits until every event is answered.</summary>
    public Task FinishAsync() => _publishing.FinishAsync();

    /// <summary>Ends all subscriptions, and waits for the events whose admission has begun: it may not outlive the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            subscription.Dispose();
        }

        _subscriptions.Clear();
        await _publishing.SettleAsync().ConfigureAwait(false);
    }

    private async Task SubscribeAsync(ClientMessage.Req request, CancellationToken cancellationToken)
    {
        // NIP-01: a subscription id that is used again replaces the old subscription.
        End(request.SubscriptionId);
        if (_subscriptions.Count >= limits.SubscriptionsPerConnection)
        {
            var reason = $"{limits.SubscriptionsPerConnection} subscriptions are open on this connection; close one first";
            await outbox.WriteAsync(RelayMessage.Closed(request.SubscriptionId, MessagePrefix.RateLimited.Before(reason)), cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await subscribe.HandleAsync(request, client, outbox, cancellationToken).ConfigureAwait(false) is { } subscription)
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
}
