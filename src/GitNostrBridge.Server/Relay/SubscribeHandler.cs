using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers REQ: stored events, EOSE, then live ones, without a gap or a duplicate between them.</summary>
public sealed class SubscribeHandler(ClientQueries queries, SubscriptionRegistry registry)
{
    // Live events that may come while the stored ones are being sent.
    private const int MostCollected = 1_000;

    /// <summary>Starts a subscription whose messages go to the outbox; disposing the answer ends it. Null when it was closed at once.</summary>
    public async Task<IDisposable?> HandleAsync(ClientMessage.Req request, SessionOutbox outbox, CancellationToken cancellationToken)
    {
        // Live events are collected from now on, and passed on once the stored ones have been sent.
        var live = new LiveSubscription(
            registry, request.Filters, MostCollected, live => outbox.Post(RelayMessage.Event(request.SubscriptionId, live.Event.Json.Span)));
        var lives = false;
        try
        {
            var outcome = await queries.QueryAsync(request.Filters, cancellationToken).ConfigureAwait(false);
            var problem = outcome is ClientQueryOutcome<QueryResult>.Answered { Answer: var answer }
                ? await SendAsync(request, answer, live, outbox, cancellationToken).ConfigureAwait(false)
                : ((ClientQueryOutcome<QueryResult>.Unanswered)outcome).Text;
            lives = problem is null;
            if (!lives)
            {
                outbox.Post(RelayMessage.Closed(request.SubscriptionId, problem!));
            }
        }
        finally
        {
            if (!lives)
            {
                live.Dispose();
            }
        }

        return lives ? live : null;
    }

    private static async Task<string?> SendAsync(
        ClientMessage.Req request, QueryResult result, LiveSubscription live, SessionOutbox outbox, CancellationToken cancellationToken)
    {
        foreach (var stored in result.Events)
        {
            await outbox.WriteAsync(RelayMessage.Event(request.SubscriptionId, stored.Json.Span), cancellationToken).ConfigureAwait(false);
        }

        outbox.Post(RelayMessage.Eose(request.SubscriptionId));
        return live.Start(result.Horizon) ? null : MessagePrefix.RateLimited.Before("more live events came than could be kept; ask again");
    }
}
