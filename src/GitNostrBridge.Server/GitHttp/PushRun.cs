using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>The second half of a push, once it is authorised and there is room: git runs, the gate is passed, the client is told.</summary>
public sealed partial class PushRun(
    ReceivePackRun run, RecoveryRefs recovery, PlaceholderExpiry placeholders, MaintenanceLoop maintenance, CurrentLimits limits, ILogger<PushRun> logger)
{
    private const byte ProgressBand = 2;

    // Once git has moved refs the gate runs to its end, whether or not the client is still there.
    private static readonly TimeSpan GateTimeOut = TimeSpan.FromMinutes(5);

    /// <summary>Runs the push to its end and answers it.</summary>
    /// <param name="push">Peeked and authorised.</param>
    /// <param name="commands">What git is to do.</param>
    /// <param name="mostPackBytes">git refuses a pack with more bytes.</param>
    /// <param name="passGate">The gate for what this push may release.</param>
    public async Task RunAsync(Push push, PushCommands commands, long mostPackBytes, Func<string, CancellationToken, Task<ReleaseReport>> passGate)
    {
        var writer = push.Context.Response.BodyWriter;
        ReceivePackResult result;
        ReleaseReport report;
        try
        {
            result = await Spans.InAsync("run", () => run.RunAsync(
                push.Repository,
                push.Request,
                commands.ForGit,
                push.Body,
                mostPackBytes,
                async (packet, cancellationToken) => await writer.WriteAsync(packet, cancellationToken).ConfigureAwait(false),
                push.Aborted)).ConfigureAwait(false);
        }
        finally
        {
            // Even when the client is gone: git may have moved refs before it was stopped. And the answer ends only after the gate has run:
            // when the client sees success, the events can be queried.
            report = await Spans.InAsync("gate", () => FinishAsync(push, commands, passGate)).ConfigureAwait(false);
        }

        if (push.Request.SideBand && report.Released.Count > 0)
        {
            PktLine.WriteSideBand(writer, ProgressBand, PushReleaseText.Of(report));
        }

        var errors = Errors(push, commands, result.Report);
        GitExchange.End(push.Context, errors.Count == 0 && result.Report.UnpackError is null && result.Exit.Code == 0 ? GitOutcome.Answered : GitOutcome.Failed);
        await writer.WriteAsync(ReceivePackReport.Write(push.Request, result.Report.UnpackError, errors.GetValueOrDefault, []), push.Aborted).ConfigureAwait(false);
        await GitResponse.EndAsync(push.Context, result.Exit).ConfigureAwait(false);
        LogPushed(logger, push.Address, push.Request.Updates.Count, report.Released.Count);
        await RequestBody.DrainAsync(push.Context, limits.Now.RefusedPushBytes).ConfigureAwait(false);
    }

    private async Task<ReleaseReport> FinishAsync(Push push, PushCommands commands, Func<string, CancellationToken, Task<ReleaseReport>> passGate)
    {
        using var timeOut = new CancellationTokenSource(GateTimeOut);
        if (commands.MakesPlaceholders)
        {
            placeholders.Watch(push.Repository);
        }

        // R25: what the push took out of reach is kept behind hidden refs for a while.
        var moved = commands.ForGit.Where(update => update.Name.IsBranch || update.Name.IsTag).ToList();
        if (await Spans.InAsync("keep", () => recovery.KeepAsync(push.Repository, moved, timeOut.Token)).ConfigureAwait(false) is RefTransactionResult.Refused refused)
        {
            LogNotKept(logger, push.Address, refused.Reason);
        }

        var report = await passGate(push.Address.Identifier, timeOut.Token).ConfigureAwait(false);
        maintenance.Notice(push.Repository);
        return report;
    }

    private static Dictionary<RefName, string> Errors(Push push, PushCommands commands, ReceivePackReport told)
    {
        var refs = new Lazy<IReadOnlyDictionary<RefName, Oid>>(() => push.Repository.ReadRefs().Refs);
        var errors = new Dictionary<RefName, string>();
        foreach (var update in commands.Updates.Where(update => !update.IsNoOp))
        {
            var stored = commands.StoredName(update.Name);

            // R17: a ref that another has moved meanwhile, but to where the client wants it, is as it should be.
            if (told.ErrorOf(stored) is { } error && refs.Value.GetValueOrDefault(stored) != update.New)
            {
                errors[update.Name] = PushRefusalText.OfGit(error);
            }
        }

        return errors;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What a push to {Repository} took out of reach could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, RepositoryAddress repository, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push to {Repository}: {Refs} refs, {Released} events released")]
    private static partial void LogPushed(ILogger logger, RepositoryAddress repository, int refs, int released);
}
