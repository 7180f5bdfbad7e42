using System.Diagnostics;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Fetches from one URL what is missing for an identifier, then lets the gate release what it can.</summary>
public sealed partial class RemoteFetch(
    RemoteProbe probe, GitFetch fetch, DiskSpace space, PurgatoryGate gate, FetchMetrics metrics, FetchHistory history, ILogger<RemoteFetch> logger)
{
    /// <summary>Does nothing worse than fail: what happened is logged.</summary>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    public async Task FetchAsync(string identifier, FetchPlan plan, CloneSource source, CancellationToken cancellationToken)
    {
        using var span = Spans.StartRoot("outbound", ActivityKind.Client)?.SetTag("domain", source.Domain);
        var result = await AskAsync(plan, source, cancellationToken).ConfigureAwait(false);
        metrics.Ended(result);
        history.Note(identifier, source.Url, result);
        span?.SetTag("outcome", FetchMetrics.OutcomeOf(result));
        switch (result)
        {
            case FetchResult.Brought { Oids.Count: var objects }:
                // After every fetch, not at the end: what is complete now does not wait for other servers.
                span?.SetTag("objects", objects);
                var report = await Spans.InAsync("gate", () => gate.ProcessSatisfiableEventsAsync(identifier, ReleaseCause.Fetch, cancellationToken)).ConfigureAwait(false);
                LogFetched(logger, objects, identifier, source.Domain, report.Released.Count);
                break;
            case FetchResult.Failed { Reason: var reason }:
                LogFailed(logger, identifier, source.Domain, reason);
                break;
            case FetchResult.NotAllowed { Reason: var reason }:
                LogFailed(logger, identifier, source.Domain, reason);
                break;
            case FetchResult.NoRoom { Reason: var reason }:
                LogNoRoom(logger, identifier, source.Domain, reason);
                break;
        }
    }

    private async Task<FetchResult> AskAsync(FetchPlan plan, CloneSource source, CancellationToken cancellationToken)
    {
        // The remote is a stranger's, so he need not be asked for what there is no place for.
        if (!space.TryGetRoom([.. plan.Wants.Select(want => want.Target)], out var room, out var reason))
        {
            return new FetchResult.NoRoom(reason);
        }

        using var flight = metrics.Begin(source.Domain);
        return await Spans.InAsync("probe", () => probe.ProbeAsync(source.Url, cancellationToken)).ConfigureAwait(false) switch
        {
            ProbeResult.Ready { Remote: var remote } => await Spans.InAsync("bring", () => fetch.FetchAsync(
                remote, plan.Lenders, plan.Wants, new FetchRoom(room, space.HasRoom), cancellationToken)).ConfigureAwait(false),
            ProbeResult.NotAllowed refused => new FetchResult.NotAllowed(refused.Reason),
            ProbeResult.Failed failed => new FetchResult.Failed(failed.Reason),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetched {Objects} objects for {Identifier} from {Domain}: {Released} events released")]
    private static partial void LogFetched(ILogger logger, int objects, string identifier, string domain, int released);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing fetched for {Identifier} from {Domain}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string identifier, string domain, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing fetched for {Identifier} from {Domain}, for which there is no room: {Reason}")]
    private static partial void LogNoRoom(ILogger logger, string identifier, string domain, string reason);
}
