using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers COUNT (NIP-45). What waits in purgatory is not counted: the store counts served events only.</summary>
public sealed class CountHandler(ClientQueries queries)
{
    /// <summary>The COUNT message, or CLOSED when there is no answer.</summary>
    public async Task<byte[]> HandleAsync(ClientMessage.Count request, CancellationToken cancellationToken) =>
        await queries.CountAsync(request.Filters, cancellationToken).ConfigureAwait(false) switch
        {
            ClientQueryOutcome<long>.Answered { Answer: var count } => RelayMessage.Count(request.SubscriptionId, count),
            ClientQueryOutcome<long>.Unanswered { Text: var text } => RelayMessage.Closed(request.SubscriptionId, text),
            var other => throw new InvalidOperationException(other.ToString()),
        };
}
