using System.Net;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers REQ: stored events, EOSE, then live ones, without a gap or a duplicate between them.</summary>
public sealed class SubscribeHandler(ClientQueries queries, SubscriptionRegistry registry)
{
    // Live events that may come while the stored ones are being sent.
    private const int MostCollected = 1_000;

    /// <summary>Starts a subscription whose messages go to the outbox; disposing the answer ends it. Null when it was closed at once.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="client">Who asks, as <see cref="ClientAddress"/> tells.</param>
    /// <param name="outbox">His.</param>
    /// <param name="cancellationToken">He is gone.</param>
    public async Task<IDisposable?> HandleAsync(ClientMessage.Req request, IPAddress client, SessionOutbox outbox, CancellationToken cancellationToken)
    {
        // Live events are collected from now on, and passed on once the stored ones have been sent.
        var live = new LiveSubscription(
            registry, request.Filters, MostCollected, live => outbox.Post(RelayMessage.Event(request.SubscriptionId, live.Event.Json.Span)));
        var lives = false;
        try
        {
            var outcome = await queries.QueryToSendAsync(request.Filters, client, cancellationToken).ConfigureAwait(false);
            var problem = outcome is ClientQueryOutcome<AnswerInHand>.Answered { Answer: var answer }
                ? await SendAsync(request, answer, live, outbox, cancellationToken).ConfigureAwait(false)
                : ((ClientQueryOutcome<AnswerInHand>.Unanswered)outcome).Text;
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
        ClientMessage.Req request, AnswerInHand answer, LiveSubscription live, SessionOutbox outbox, CancellationToken cancellationToken)
    {
        using (answer)
        {
            foreach (var stored in answer.Result.Events)
            {
                await outbox.WriteAsync(RelayMessage.Event(request.SubscriptionId, stored.Json.Span), cancellationToken).ConfigureAwait(false);
            }
        }

        outbox.Post(RelayMessage.Eose(request.SubscriptionId));
        return live.Start(answer.Result.Horizon) ? null : MessagePrefix.RateLimited.Before("more live events came than could be kept; ask again");
    }
}
