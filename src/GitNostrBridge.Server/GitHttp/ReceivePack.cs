using System.Buffers;
using System.IO.Pipelines;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>`POST …/git-receive-pack`: a push, in four steps: peek, decide, run, gate.</summary>
public sealed partial class ReceivePack(
    RepositoryCatalogue catalogue, ReceivePackRun run, PurgatoryGate gate, AnnouncementLease lease, PushLimits pushLimits, LimitOptions limits, ILogger<ReceivePack> logger)
{
    private const byte ProgressBand = 2;

    private const int DrainBufferBytes = 64 * 1024;

    // Once git has moved refs the gate runs to its end, whether or not the client is still there.
    private static readonly TimeSpan GateTimeOut = TimeSpan.FromMinutes(5);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RepositoryAddress address, BareRepository repository)
    {
        if (RequestBody.Open(context, limits.PackBytes + pushLimits.MaxCommandListBytes) is not { } body)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be gzip or absent").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-git-receive-pack-result";
        switch (await ReceivePackRequest.PeekAsync(body, pushLimits, context.RequestAborted).ConfigureAwait(false))
        {
            case ReceivePackPeek.Probe:
                // R17: git asks whether it may push before it sends a large body.
                return;
            case ReceivePackPeek.Malformed malformed:
                await AnswerAsync(context, GitResponse.Error(malformed.Reason)).ConfigureAwait(false);
                return;
            case ReceivePackPeek.TooLarge tooLarge:
                await AnswerAsync(context, GitResponse.Error(tooLarge.Reason)).ConfigureAwait(false);
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
            await AnswerAsync(context, answer).ConfigureAwait(false);
            return;
        }

        // R10: an authorised push shows that somebody works towards the release.
        await lease.ExtendAsync(address.Identifier, [address.Owner], context.RequestAborted).ConfigureAwait(false);
        await RunAsync(context, address, repository, body, request).ConfigureAwait(false);
    }

    private async Task RunAsync(
        HttpContext context, RepositoryAddress address, BareRepository repository, PipeReader body, ReceivePackRequest request)
    {
        var writer = context.Response.BodyWriter;
        ReceivePackResult result;
        try
        {
            result = await run.RunAsync(
                repository, request, body, async (packet, cancellationToken) => await writer.WriteAsync(packet, cancellationToken).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, but git may have moved refs before it was killed.
            await PassGateAsync(address).ConfigureAwait(false);
            throw;
        }

        // The answer ends only after the gate has run: when the client sees success, the events can be queried.
        var report = await PassGateAsync(address).ConfigureAwait(false);
        if (request.SideBand && report.Released.Count > 0)
        {
            PktLine.WriteSideBand(writer, ProgressBand, PushReleaseText.Of(report));
        }

        await writer.WriteAsync(result.Answer, context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, result.Exit).ConfigureAwait(false);
        LogPushed(logger, address, request.Updates.Count, report.Released.Count);
    }

    private async Task<ReleaseReport> PassGateAsync(RepositoryAddress address)
    {
        using var timeOut = new CancellationTokenSource(GateTimeOut);
        return await gate.ProcessSatisfiableEventsAsync(address.Identifier, timeOut.Token).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);

        // R19: a client that is still sending reads the answer only if the connection stays open.
        var buffer = ArrayPool<byte>.Shared.Rent(DrainBufferBytes);
        try
        {
            var rest = limits.RefusedPushBytes;
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if ((rest -= count) < 0)
                {
                    context.Abort();
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static List<EventId> PullRequestIds(ReceivePackRequest request) =>
        [.. request.Updates.Select(update => NostrRef.TryRead(update.Name, out var id) ? id : (EventId?)null).OfType<EventId>()];

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository} refused: {Refs} refs")]
    private static partial void LogRefused(ILogger logger, RepositoryAddress repository, int refs);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository}: {Refs} refs, {Released} events released")]
    private static partial void LogPushed(ILogger logger, RepositoryAddress repository, int refs, int released);
}
