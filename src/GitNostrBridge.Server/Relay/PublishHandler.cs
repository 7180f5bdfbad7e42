using System.Collections.Frozen;
using System.Diagnostics;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers EVENT: admitted, then told what became of it.</summary>
public sealed partial class PublishHandler(EventAdmission admission, GitFetchLoop fetches, RelayMetrics metrics, ILogger<PublishHandler> logger)
{
    // As long as the gate may take after a push.
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(5);

    /// <summary>The OK message for a genuine event; it has been committed when the answer says so.</summary>
    /// <param name="nostrEvent">Verified already.</param>
    /// <param name="authenticated">The keys that the connection has shown to hold (NIP-42).</param>
    /// <remarks>What has begun is brought to its end, whether or not the client is still there: an event that is held must pass the gate too.</remarks>
    public async Task<byte[]> HandleAsync(NostrEvent nostrEvent, FrozenSet<PublicKey> authenticated)
    {
        if (nostrEvent.Kind == Authentication.Kind)
        {
            return OkMessages.Refused(nostrEvent.Id, MessagePrefix.Invalid, "an answer to a challenge belongs into an AUTH message and is never published");
        }

        using var span = Spans.StartRoot("event");
        var started = Stopwatch.GetTimestamp();
        AdmissionResult? result = null;
        using var timeOut = new CancellationTokenSource(TimeOut);
        try
        {
            result = await admission.AdmitAsync(nostrEvent, EventOrigin.User, authenticated, timeOut.Token).ConfigureAwait(false);
            await fetches.NoticeAsync(nostrEvent, result, EventOrigin.User, timeOut.Token).ConfigureAwait(false);
            return OkMessages.Of(nostrEvent.Id, result);
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, nostrEvent.Id, nostrEvent.Kind);
            return OkMessages.Refused(nostrEvent.Id, MessagePrefix.Error, "the server could not keep the event; send it again later");
        }
        finally
        {
            metrics.Decided(nostrEvent, result, started);
            span?.SetTag("kind", nostrEvent.Kind).SetTag("outcome", RelayMetrics.OutcomeOf(result));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} of kind {Kind} could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception failure, EventId id, int kind);
}
