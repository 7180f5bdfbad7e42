using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Reads all events that match from a relay elsewhere, page by page; only genuine ones that match are given.</summary>
internal sealed class RemoteEvents(RelayClient relay, EventVerifier verifier)
{
    private const int Page = 500;

    /// <summary>How many events are taken at the most.</summary>
    public const int Most = 2_000_000;

    /// <summary>Each event once, the newest first.</summary>
    /// <exception cref="VerbException">The relay refuses the question.</exception>
    /// <exception cref="RelayException">The connection is lost, or no answer comes in time.</exception>
    public IAsyncEnumerable<NostrEvent> ReadAsync(Filter filter, CancellationToken cancellationToken) => EventPages.ReadAsync(
        async (until, token) =>
        {
            var asked = filter with { Until = until, Limit = Page };
            var reply = await relay.QueryAsync([asked], Page, token).ConfigureAwait(false);
            var events = reply switch
            {
                QueryReply.Complete complete => complete.Events,
                QueryReply.Cut cut => cut.Events,
                QueryReply.Refused refused => throw new VerbException($"the relay refuses the question: {refused.Text}", "Ask its operator, or take its events from a file."),
                _ => throw new InvalidOperationException(reply.ToString()),
            };
            return [.. events.Where(found => FilterMatcher.Matches(asked, found) && verifier.Verify(found) is EventVerification.Genuine)];
        },
        cancellationToken).Take(Most);
}
