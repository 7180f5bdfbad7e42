using System.IO.Pipelines;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>`POST …/git-receive-pack`: a push, in four steps: peek, decide, run, gate.</summary>
public sealed partial class ReceivePack(
    RepositoryCatalogue catalogue,
    ReceivePackRun run,
    PurgatoryGate gate,
    AnnouncementLease lease,
    RecoveryRefs recovery,
    PushBounds bounds,
    GitLoad load,
    MaintenanceLoop maintenance,
    PushLimits pushLimits,
    LimitOptions limits,
    ILogger<ReceivePack> logger)
{
    private const byte ProgressBand = 2;

    // Once git has moved refs the gate runs to its end, whether or not the client is still there.
    private static readonly TimeSpan GateTimeOut = TimeSpan.FromMinutes(5);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RepositoryAddress address, BareRepository repository)
    {
        // git refuses a pack that proves too large in words (receive.maxInputSize), which an error of HTTP could not.
        if (RequestBody.Open(context, long.MaxValue) is not { } body)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be gzip or absent").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-git-receive-pack-result";
        GitResponse.ForbidCaching(context.Response);
        switch (await ReceivePackRequest.PeekAsync(body, pushLimits, context.RequestAborted).ConfigureAwait(false))
        {
            case ReceivePackPeek.Probe:
                // R17: git asks whether it may push before it sends a large body.
                return;
            case ReceivePackPeek.Malformed malformed:
                await AnswerAsync(context, body, GitResponse.Error(malformed.Reason)).ConfigureAwait(false);
                return;
            case ReceivePackPeek.TooLarge tooLarge:
                await AnswerAsync(context, body, GitResponse.Error(tooLarge.Reason)).ConfigureAwait(false);
                return;
            case ReceivePackPeek.Commands { Request: var request }:
                await DecideAsync(context, address, repository, body, request).ConfigureAwait(false);
                return;
        }
    }

    private async Task DecideAsync(
        HttpContext context, RepositoryAddress address, BareRepository repository, PipeReader body, ReceivePackRequest request)
    {
        var snapshot = await catalogue.SnapshotAsync(address.Identifier, context.RequestAborted).ConfigureAwait(false);
        var pullRequests = await catalogue.PullRequestsAsync(address.Identifier, PullRequestIds(request), context.RequestAborted).ConfigureAwait(false);
        if (PushAuthoriser.Decide(address.Owner, request.Updates, snapshot, pullRequests, acceptPlaceholders: false) is PushDecision.Refused refused)
        {
            LogRefused(logger, address, refused.Refusals.Count);
            var answer = ReceivePackReport.Refusal(request, name => PushRefusalText.Reason(refused, name), PushRefusalText.Lines(refused));
            await AnswerAsync(context, body, answer).ConfigureAwait(false);
            return;
        }

        switch (await bounds.CheckAsync(repository, request, body, context.RequestAborted).ConfigureAwait(false))
        {
            case PushBound.Exceeds { Reason: var reason }:
                await RefuseForRoomAsync(context, address, body, request, reason).ConfigureAwait(false);
                return;
            case PushBound.Fits { MostPackBytes: var mostPackBytes }:
                // R10: an authorised push shows that somebody works towards the release.
                await lease.ExtendAsync(address.Identifier, [address.Owner], context.RequestAborted).ConfigureAwait(false);
                using (var slot = await load.TakePushAsync(context, repository).ConfigureAwait(false))
                {
                    await (slot is null
                        ? RefuseForRoomAsync(context, address, body, request, load.BusyText)
                        : RunAsync(context, address, repository, body, request, mostPackBytes)).ConfigureAwait(false);
                }

                return;
        }
    }

    private async Task RefuseForRoomAsync(HttpContext context, RepositoryAddress address, PipeReader body, ReceivePackRequest request, string reason)
    {
        LogNoRoom(logger, address, reason);
        await AnswerAsync(context, body, ReceivePackReport.Refusal(request, _ => reason, [reason])).ConfigureAwait(false);
    }

    private async Task RunAsync(
        HttpContext context, RepositoryAddress address, BareRepository repository, PipeReader body, ReceivePackRequest request, long mostPackBytes)
    {
        var writer = context.Response.BodyWriter;
        ReceivePackResult result;
        try
        {
            result = await run.RunAsync(
                repository, request, body, mostPackBytes, async (packet, cancellationToken) => await writer.WriteAsync(packet, cancellationToken).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, but git may have moved refs before it was killed.
            await FinishAsync(address, repository, request).ConfigureAwait(false);
            throw;
        }

        // The answer ends only after the gate has run: when the client sees success, the events can be queried.
        var report = await FinishAsync(address, repository, request).ConfigureAwait(false);
        if (request.SideBand && report.Released.Count > 0)
        {
            PktLine.WriteSideBand(writer, ProgressBand, PushReleaseText.Of(report));
        }

        await writer.WriteAsync(result.Answer, context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, result.Exit).ConfigureAwait(false);
        await DrainAsync(context, body).ConfigureAwait(false);
        maintenance.Notice(repository);
        LogPushed(logger, address, request.Updates.Count, report.Released.Count);
    }

    private async Task<ReleaseReport> FinishAsync(RepositoryAddress address, BareRepository repository, ReceivePackRequest request)
    {
        using var timeOut = new CancellationTokenSource(GateTimeOut);
        await KeepLostAsync(address, repository, request, timeOut.Token).ConfigureAwait(false);
        return await gate.ProcessSatisfiableEventsAsync(address.Identifier, timeOut.Token).ConfigureAwait(false);
    }

    // R25: what the push took out of reach is kept behind hidden refs for a while.
    private async Task KeepLostAsync(
        RepositoryAddress address, BareRepository repository, ReceivePackRequest request, CancellationToken cancellationToken)
    {
        var moved = request.Updates.Where(update => update.Name.IsBranch || update.Name.IsTag).ToList();
        if (await recovery.KeepAsync(repository, moved, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused)
        {
            LogNotKept(logger, address, refused.Reason);
        }
    }

    private async Task AnswerAsync(HttpContext context, PipeReader body, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);

        await DrainAsync(context, body).ConfigureAwait(false);
    }

    // R19: a client that is still sending reads the answer only if the connection stays open. git may stop reading early, too.
    private async Task DrainAsync(HttpContext context, PipeReader body)
    {
        var rest = limits.RefusedPushBytes;
        while (rest > 0)
        {
            var read = await body.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            rest -= read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }

        context.Abort();
    }

    private static List<EventId> PullRequestIds(ReceivePackRequest request) =>
        [.. request.Updates.Select(update => NostrRef.TryRead(update.Name, out var id) ? id : (EventId?)null).OfType<EventId>()];

    [LoggerMessage(Level = LogLevel.Error, Message = "What a push to {Repository} took out of reach could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, RepositoryAddress repository, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository} refused: {Refs} refs")]
    private static partial void LogRefused(ILogger logger, RepositoryAddress repository, int refs);

    [LoggerMessage(Level = LogLevel.Information, Message = "No room for a push to {Repository}: {Reason}")]
    private static partial void LogNoRoom(ILogger logger, RepositoryAddress repository, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository}: {Refs} refs, {Released} events released")]
    private static partial void LogPushed(ILogger logger, RepositoryAddress repository, int refs, int released);
}
