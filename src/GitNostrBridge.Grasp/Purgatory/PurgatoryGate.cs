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
    PullRequestRelease pullRequestRelease,
    IdentifierLock turns,
    ILogger<PurgatoryGate> logger)
{
    /// <summary>
    /// Releases every waiting event of the identifier whose objects are complete and whose author is confirmed now, oldest first, each for itself.
    /// Idempotent; safe to call at any time, from anywhere, twice at once (R27).
    /// </summary>
    public async Task<ReleaseReport> ProcessSatisfiableEventsAsync(string identifier, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var report = new ReleaseReportBuilder();
        var snapshot = await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false);
        foreach (var state in snapshot.HeldStates)
        {
            if (await TryAsync(state.Event, report, () => stateRelease.TryAsync(state, snapshot, report, cancellationToken)).ConfigureAwait(false))
            {
                // What the next state may do depends on what has just been released.
                snapshot = await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false);
            }
        }

        await ReleasePullRequestsAsync(snapshot, report, cancellationToken).ConfigureAwait(false);
        return report.Build();
    }

    /// <summary>The same for pull requests alone: an anonymous push to refs/nostr/ releases nothing but its own events (R8, R28).</summary>
    public async Task<ReleaseReport> ProcessPullRequestsAsync(string identifier, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var report = new ReleaseReportBuilder();
        var snapshot = await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false);
        await ReleasePullRequestsAsync(snapshot, report, cancellationToken).ConfigureAwait(false);
        return report.Build();
    }

    /// <summary>Tries the gate at start-up for everything that waits, since data may have come while the server was down (R41).</summary>
    public async Task ProcessAllAsync(CancellationToken cancellationToken)
    {
        foreach (var identifier in await store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false))
        {
            await ProcessSatisfiableEventsAsync(identifier, cancellationToken).ConfigureAwait(false);
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

    private async Task ReleasePullRequestsAsync(RepositorySnapshot snapshot, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        foreach (var held in await store.HeldAsync(snapshot.Identifier, cancellationToken).ConfigureAwait(false))
        {
            if (PullRequest.Parse(held.Event) is PullRequestParse.Parsed { PullRequest: var pullRequest })
            {
                await TryAsync(held.Event, report, () => pullRequestRelease.TryAsync(pullRequest, snapshot, report, cancellationToken)).ConfigureAwait(false);
            }
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} could not be released; it waits on")]
    private static partial void LogFailed(ILogger logger, Exception failure, EventId id);
}
