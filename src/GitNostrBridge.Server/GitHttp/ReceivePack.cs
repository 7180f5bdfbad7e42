using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>`POST …/git-receive-pack`: a push, in four steps: peek, decide, run, gate.</summary>
public sealed partial class ReceivePack(
    RepositoryCatalogue catalogue,
    PurgatoryGate gate,
    AnnouncementLease lease,
    PlaceholderExpiry placeholders,
    PushBounds bounds,
    GitLoad load,
    PushRun run,
    PushLimits pushLimits,
    CurrentLimits limits,
    TimeProvider time,
    ILogger<ReceivePack> logger)
{
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
        switch (await Spans.InAsync("peek", () => ReceivePackRequest.PeekAsync(body, pushLimits, context.RequestAborted).AsTask()).ConfigureAwait(false))
        {
            case ReceivePackPeek.Probe:
                GitExchange.Probe(context);

                // R17: git asks whether it may push before it sends a large body.
                return;
            case ReceivePackPeek.Refused refused:
                await RefuseAsync(context, ReceivePackReport.Refuse(refused.Before, refused.Reason)).ConfigureAwait(false);
                return;
            case ReceivePackPeek.Commands { Request: var request }:
                var push = new Push(context, address, repository, body, request);
                var (decision, commands) = await Spans.InAsync("decide", () => DecideAsync(push)).ConfigureAwait(false);
                await ObeyAsync(push, decision, commands).ConfigureAwait(false);
                return;
        }
    }

    private async Task<(PushDecision Decision, PushCommands Commands)> DecideAsync(Push push)
    {
        var identifier = push.Address.Identifier;
        var snapshot = await catalogue.SnapshotAsync(identifier, [push.Address.Owner], push.Aborted).ConfigureAwait(false);
        var pullRequests = await catalogue.PullRequestsAsync(identifier, PullRequestIds(push.Request), push.Aborted).ConfigureAwait(false);
        var refs = push.Repository.ReadRefs();
        var commands = PushCommands.Of(push.Request.Updates, refs, pullRequests.ContainsKey, time.GetUtcNow());
        return (PushAuthoriser.Decide(push.Address.Owner, commands.Updates, snapshot, pullRequests, placeholders.HasRoom(refs)), commands);
    }

    private async Task ObeyAsync(Push push, PushDecision decision, PushCommands commands)
    {
        switch (decision)
        {
            case PushDecision.Refused refused:
                LogRefused(logger, push.Address, refused.Refusals.Count);
                var (reasons, lines) = (PushRefusalText.Reasons(refused), PushRefusalText.Lines(refused));
                await RefuseAsync(push.Context, ReceivePackReport.Write(push.Request, null, name => reasons[name], lines)).ConfigureAwait(false);
                return;
            case PushDecision.NothingToDo:
                // R17: all stands already where the client wants it.
                await AnswerAsync(push.Context, ReceivePackReport.Write(push.Request, null, _ => null, [])).ConfigureAwait(false);
                return;
            case PushDecision.Authorised { By: null }:
                // An anonymous push of pull requests releases nothing else and extends nothing (R8).
                await RunWithRoomAsync(push, commands, gate.ProcessPullRequestsAsync).ConfigureAwait(false);
                return;
            case PushDecision.Authorised:
                // R10: an authorised push shows that somebody works towards the release.
                await lease.ExtendAsync(push.Address.Identifier, [push.Address.Owner], push.Aborted).ConfigureAwait(false);
                await RunWithRoomAsync(push, commands, (pushed, token) => gate.ProcessSatisfiableEventsAsync(pushed, ReleaseCause.Push, [push.Address.Owner], token)).ConfigureAwait(false);
                return;
        }
    }

    private async Task RunWithRoomAsync(Push push, PushCommands commands, Func<string, CancellationToken, Task<ReleaseReport>> passGate)
    {
        switch (await bounds.CheckAsync(push.Repository, push.Request, push.Body, push.Aborted).ConfigureAwait(false))
        {
            case PushBound.Exceeds { Reason: var reason }:
                await RefuseForRoomAsync(push, reason).ConfigureAwait(false);
                return;
            case PushBound.Fits { MostPackBytes: var mostPackBytes }:
                using (var slot = await load.TakePushAsync(push.Context, push.Repository).ConfigureAwait(false))
                {
                    await (slot is null ? RefuseForRoomAsync(push, load.BusyText) : run.RunAsync(push, commands, mostPackBytes, passGate)).ConfigureAwait(false);
                }

                return;
        }
    }

    private async Task RefuseForRoomAsync(Push push, string reason)
    {
        LogNoRoom(logger, push.Address, reason);
        await RefuseAsync(push.Context, ReceivePackReport.Write(push.Request, null, _ => reason, [reason])).ConfigureAwait(false);
    }

    private Task RefuseAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        GitExchange.End(context, GitOutcome.Refused);
        return AnswerAsync(context, answer);
    }

    // R19: a client that is still sending reads the answer only if the connection stays open.
    private async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        await RequestBody.DrainAsync(context, limits.Now.RefusedPushBytes).ConfigureAwait(false);
    }

    private static List<EventId> PullRequestIds(ReceivePackRequest request) =>
        [.. request.Updates.Select(update => NostrRef.TryRead(update.Name, out var id) ? id : (EventId?)null).OfType<EventId>()];

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository} refused: {Refs} refs")]
    private static partial void LogRefused(ILogger logger, RepositoryAddress repository, int refs);

    [LoggerMessage(Level = LogLevel.Information, Message = "No room for a push to {Repository}: {Reason}")]
    private static partial void LogNoRoom(ILogger logger, RepositoryAddress repository, string reason);
}
