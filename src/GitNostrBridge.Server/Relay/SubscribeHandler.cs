using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers REQ: stored events, EOSE, then live ones, without a gap or a duplicate between them.</summary>
public sealed partial class SubscribeHandler(IEventStore store, SubscriptionRegistry registry, LimitOptions limits, ILogger<SubscribeHandler> logger)
{
    // Live events that may come while the stored ones are being sent.
    private const int MostCollected = 1_000;

    /// <summary>Starts a subscription whose messages go to the outbox; disposing the answer ends it. Null when it was closed at once.</summary>
    public async Task<IDisposable?> HandleAsync(ClientMessage.Req request, SessionOutbox outbox, CancellationToken cancellationToken)
    {
        // Live events are collected from now on, and passed on once the stored ones have been sent.
        var live = new LiveSubscription(
            registry, request.Filters, MostCollected, live => outbox.Post(RelayMessage.Event(request.SubscriptionId, live.Event.Json.Span)));
        try
        {
            var bounds = new QueryBounds(limits.EventsPerFilter, limits.AnswerBytes);
            var result = await store.QueryAsync(request.Filters, bounds, cancellationToken).ConfigureAwait(false);
            foreach (var stored in result.Events)
            {
                await outbox.WriteAsync(RelayMessage.Event(request.SubscriptionId, stored.Json.Span), cancellationToken).ConfigureAwait(false);
            }

            outbox.Post(RelayMessage.Eose(request.SubscriptionId));
            if (live.Start(result.Horizon))
            {
                return live;
            }

            outbox.Post(RelayMessage.Closed(request.SubscriptionId, MessagePrefix.RateLimited.Before("more live events came than could be kept; ask again")));
            live.Dispose();
            return null;
        }
        catch (Exception failure)
        {
            live.Dispose();
            if (failure is OperationCanceledException)
            {
                throw;
            }

            LogFailed(logger, failure);
            outbox.Post(RelayMessage.Closed(request.SubscriptionId, MessagePrefix.Error.Before("the server could not answer; try again later")));
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A REQ could not be answered")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
