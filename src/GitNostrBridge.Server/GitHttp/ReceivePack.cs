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
    PlaceholderExpiry placeholders,
    PushLimits pushLimits,
    LimitOptions limits,
    TimeProvider time,
    ILogger<ReceivePack> logger)
{
    private const byte ProgressBand = 2;

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
        var refs = repository.ReadRefs();
        var commands = PushCommands.Of(request.Updates, refs, pullRequests.ContainsKey, time.GetUtcNow());
        switch (PushAuthoriser.Decide(address.Owner, commands.Updates, snapshot, pullRequests, placeholders.HasRoom(refs)))
        {
            case PushDecision.Refused refused:
                LogRefused(logger, address, refused.Refusals.Count);
                var lines = PushRefusalText.Lines(refused);
                await AnswerAsync(context, ReceivePackReport.Write(request, null, name => PushRefusalText.Reason(refused, name), lines)).ConfigureAwait(false);
                return;
            case PushDecision.NothingToDo:
                // R17: all stands already where the client wants it.
                await AnswerAsync(context, ReceivePackReport.Write(request, null, _ => null, [])).ConfigureAwait(false);
                return;
            case PushDecision.Authorised { By: null }:
                await RunAsync(context, address, repository, body, request, commands, gate.ProcessPullRequestsAsync).ConfigureAwait(false);
                return;
            case PushDecision.Authorised:
                // R10: an authorised push shows that somebody works towards the release.
                await lease.ExtendAsync(address.Identifier, [address.Owner], context.RequestAborted).ConfigureAwait(false);
                await RunAsync(context, address, repository, body, request, commands, gate.ProcessSatisfiableEventsAsync).ConfigureAwait(false);
                return;
        }
    }

    private async Task RunAsync(
        HttpContext context,
        RepositoryAddress address,
        BareRepository repository,
        PipeReader body,
        ReceivePackRequest request,
        PushCommands commands,
        Func<string, CancellationToken, Task<ReleaseReport>> passGate)
    {
        var writer = context.Response.BodyWriter;
        ReceivePackResult result;
        ReleaseReport report;
        try
        {
            result = await run.RunAsync(
                repository,
                request,
                commands.ForGit,
                body,
                async (packet, cancellationToken) => await writer.WriteAsync(packet, cancellationToken).ConfigureAwait(false),
                context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            // Even when the client is gone: git may have moved refs before it was stopped. And the answer ends only after the gate has run:
            // when the client sees success, the events can be queried.
            if (commands.MakesPlaceholders)
            {
                placeholders.Watch(repository);
            }

            using var timeOut = new CancellationTokenSource(GateTimeOut);
            await KeepLostAsync(address, repository, commands, timeOut.Token).ConfigureAwait(false);
            report = await passGate(address.Identifier, timeOut.Token).ConfigureAwait(false);
        }

        if (request.SideBand && report.Released.Count > 0)
        {
            PktLine.WriteSideBand(writer, ProgressBand, PushReleaseText.Of(report));
        }

        await writer.WriteAsync(Report(repository, request, commands, result.Report), context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, result.Exit).ConfigureAwait(false);
        LogPushed(logger, address, request.Updates.Count, report.Released.Count);
        await RequestBody.DrainAsync(context, limits.RefusedPushBytes).ConfigureAwait(false);
    }

    // R25: what the push took out of reach is kept behind hidden refs for a while.
    private async Task KeepLostAsync(
        RepositoryAddress address, BareRepository repository, PushCommands commands, CancellationToken cancellationToken)
    {
        var moved = commands.Updates.Where(update => update.Name.IsBranch || update.Name.IsTag).ToList();
        if (await recovery.KeepAsync(repository, moved, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused)
        {
            LogNotKept(logger, address, refused.Reason);
        }
    }

    private static byte[] Report(BareRepository repository, ReceivePackRequest request, PushCommands commands, ReceivePackReport told)
    {
        var refs = repository.ReadRefs().Refs;
        var errors = new Dictionary<RefName, string>();
        foreach (var update in commands.Updates.Where(update => !update.IsNoOp))
        {
            var stored = commands.StoredName(update.Name);
            // R17: a ref that another has moved meanwhile, but to where the client wants it, is as it should be.
            if (told.ErrorOf(stored) is { } error && refs.GetValueOrDefault(stored) != update.New)
            {
                errors[update.Name] = PushRefusalText.OfGit(error);
            }
        }

        return ReceivePackReport.Write(request, told.UnpackError, errors.GetValueOrDefault, []);
    }

    // R19: a client that is still sending reads the answer only if the connection stays open.
    private async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        await RequestBody.DrainAsync(context, limits.RefusedPushBytes).ConfigureAwait(false);
    }

    private static List<EventId> PullRequestIds(ReceivePackRequest request) =>
        [.. request.Updates.Select(update => NostrRef.TryRead(update.Name, out var id) ? id : (EventId?)null).OfType<EventId>()];

    [LoggerMessage(Level = LogLevel.Error, Message = "What a push to {Repository} took out of reach could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, RepositoryAddress repository, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository} refused: {Refs} refs")]
    private static partial void LogRefused(ILogger logger, RepositoryAddress repository, int refs);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository}: {Refs} refs, {Released} events released")]
    private static partial void LogPushed(ILogger logger, RepositoryAddress repository, int refs, int released);
}
