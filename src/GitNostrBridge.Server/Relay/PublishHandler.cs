using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Answers EVENT: verified, then admitted, then told what became of it.</summary>
public sealed partial class PublishHandler(EventVerifier verifier, EventAdmission admission, GitFetchLoop fetches, ILogger<PublishHandler> logger)
{
    /// <summary>The OK message for the event; it has been committed when the answer says so.</summary>
    public async Task<byte[]> HandleAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var verification = verifier.Verify(nostrEvent);
        if (verification is not EventVerification.Genuine)
        {
            return OkMessages.NotGenuine(nostrEvent.Id, verification);
        }

        try
        {
            var result = await admission.AdmitAsync(nostrEvent, cancellationToken).ConfigureAwait(false);
            fetches.Notice(nostrEvent, result, isSynced: false);
            return OkMessages.Of(nostrEvent.Id, result);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, failure, nostrEvent.Id, nostrEvent.Kind);
            return OkMessages.Refused(nostrEvent.Id, MessagePrefix.Error, "the server could not keep the event; send it again later");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} of kind {Kind} could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception failure, EventId id, int kind);
}
