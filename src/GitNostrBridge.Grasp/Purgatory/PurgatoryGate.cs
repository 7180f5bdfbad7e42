using System.Collections.Frozen;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>
/// Lets waiting events out, each the moment its git data is here (R25-R27). Callers: an inbound push, an outbound fetch, an event's arrival.
/// </summary>
public sealed partial class PurgatoryGate(
    RepositoryCatalogue catalogue,
    IEventStore store,
    StateRelease stateRelease,
    DuePullRequests duePullRequests,
    PullRequestRelease pullRequestRelease,
    StandingAligner standing,
    IdentifierLock turns,
    PurgatoryMetrics metrics,
    ILogger<PurgatoryGate> logger)
{
    private static readonly FrozenSet<EventId> NothingGoes = [];

    /// <summary>As <see cref="ProcessSatisfiableEventsAsync(string, ReleaseCause, CancellationToken)"/>, because an event has arrived or gone.</summary>
    public Task<ReleaseReport> ProcessSatisfiableEventsAsync(string identifier, CancellationToken cancellationToken) =>
        ProcessSatisfiableEventsAsync(identifier, ReleaseCause.Arrival, cancellationToken);

    /// <summary>
    /// Releases every waiting event of the identifier whose objects are complete and whose author is confirmed now, oldest first, each for itself.
    /// Idempotent; safe to call at any time, from anywhere, twice at once (R27).
    /// </summary>
    public Task<ReleaseReport> ProcessSatisfiableEventsAsync(string identifier, ReleaseCause cause, CancellationToken cancellationToken) =>
        ProcessSatisfiableEventsAsync(identifier, cause, [], cancellationToken);

    /// <summary>The same, and what was pushed to the repositories of some people's groups towards states that have stopped to count is taken back.</summary>
    public async Task<ReleaseReport> ProcessSatisfiableEventsAsync(
        string identifier, ReleaseCause cause, IReadOnlyList<PublicKey> around, CancellationToken cancellationToken)
    {
        var report = new ReleaseReportBuilder(cause);
        try
        {
            await ReleaseStatesAsync(identifier, around, report, cancellationToken).ConfigureAwait(false);
            await ReleasePullRequestsAsync(identifier, report, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Even when the caller gives up between two events: what has been released is told.
            Tell(identifier, report);
        }

        return report.Build();
    }

    /// <summary>The same for pull requests alone: an anonymous push to refs/nostr/ releases nothing but its own events (R8, R28).</summary>
    public async Task<ReleaseReport> ProcessPullRequestsAsync(string identifier, CancellationToken cancellationToken)
    {
        var report = new ReleaseReportBuilder(ReleaseCause.Push);
        try
        {
            await ReleasePullRequestsAsync(identifier, report, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Tell(identifier, report);
        }

        return report.Build();
    }

    /// <summary>Tries the gate at start-up for everything that waits, since data may have come while the server was down (R41).</summary>
    /// <param name="progress">Gets, before each identifier, how many are done and how many there are.</param>
    /// <param name="cancellationToken">Ends between two.</param>
    public async Task ProcessAllAsync(Action<int, int> progress, CancellationToken cancellationToken)
    {
        var identifiers = (await store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false)).ToList();
        for (var done = 0; done < identifiers.Count; done++)
        {
            progress(done, identifiers.Count);
            try
            {
                await ProcessSatisfiableEventsAsync(identifiers[done], ReleaseCause.Start, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogPassageFailed(logger, failure, identifiers[done]);
            }
        }
    }

    /// <summary>Hold first, then try the gate: what became of an event that has just been offered to purgatory.</summary>
    internal async Task<AdmissionResult> TryAfterHoldAsync(
        HoldOutcome outcome, EventId id, string identifier, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case HoldOutcome.Superseded:
                return new AdmissionResult.Superseded();
            case HoldOutcome.Deleted:
                return AdmissionResult.DeletedByAuthor;
            case HoldOutcome.Duplicate { IsServed: true }:
                return new AdmissionResult.Duplicate(IsServed: true);
            default:
                var report = await ProcessSatisfiableEventsAsync(identifier, cancellationToken).ConfigureAwait(false);
                return report.HasReleased(id) ? new AdmissionResult.Accepted()
                    : report.Dropped.Contains(id) ? new AdmissionResult.Superseded()
                    : outcome is HoldOutcome.Duplicate ? new AdmissionResult.Duplicate(IsServed: false)
                    : new AdmissionResult.Held();
        }
    }

    private async Task ReleaseStatesAsync(string identifier, IReadOnlyList<PublicKey> some, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        foreach (var around in await catalogue.WaitingAsync(identifier, some, cancellationToken).ConfigureAwait(false))
        {
            var snapshot = await catalogue.SnapshotAsync(identifier, around, cancellationToken).ConfigureAwait(false);

            // Of strangers the snapshot may lack those who decide what becomes of their states.
            foreach (var state in snapshot.HeldStates.Where(state => around.Contains(state.Author)))
            {
                if (await TryAsync(state.Event, report, () => stateRelease.TryAsync(state, snapshot, report, cancellationToken)).ConfigureAwait(false))
                {
                    // What the next state may do depends on what has just been released.
                    snapshot = await catalogue.SnapshotAsync(identifier, around, cancellationToken).ConfigureAwait(false);
                }
            }

            // What was pushed towards the state of somebody who has left since is on the way to nowhere.
            await standing.RealignAsync(snapshot, NothingGoes, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReleasePullRequestsAsync(string identifier, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        foreach (var due in await duePullRequests.FindAsync(identifier, cancellationToken).ConfigureAwait(false))
        {
            await TryAsync(due.Event, report, () => pullRequestRelease.TryAsync(due, report, cancellationToken)).ConfigureAwait(false);
        }
    }

    private void Tell(string identifier, ReleaseReportBuilder report)
    {
        foreach (var released in report.Released)
        {
            metrics.Released(released.Kind, report.Cause);
            LogReleased(logger, released.Id, released.Kind, identifier, report.Cause);
        }

        foreach (var dropped in report.Dropped)
        {
            // Only states are overtaken.
            metrics.Ended(EventKinds.RepositoryState, WaitingEnd.Superseded);
            LogDropped(logger, dropped, identifier);
        }
    }

    // Each event on its own (R25): one that fails waits on and leaves the others.
    private async Task<bool> TryAsync(NostrEvent waiting, ReleaseReportBuilder report, Func<Task<bool>> release)
    {
        try
        {
            return await release().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            report.Failures.Add($"{waiting.Id}: {failure.Message}");
            LogFailed(logger, failure, waiting.Id);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} of kind {Kind} for {Identifier} is released: {Cause}")]
    private static partial void LogReleased(ILogger logger, EventId id, int kind, string identifier, ReleaseCause cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "State {Id} for {Identifier} waits no more: a newer one has been released")]
    private static partial void LogDropped(ILogger logger, EventId id, string identifier);

    [LoggerMessage(Level = LogLevel.Error, Message = "What waits for {Identifier} could not be looked at; the next push or event tries again")]
    private static partial void LogPassageFailed(ILogger logger, Exception failure, string identifier);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} could not be released; it waits on")]
    private static partial void LogFailed(ILogger logger, Exception failure, EventId id);
}
