using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>Takes events out together with what they hold up on disk: repositories (R35) and refs/nostr (R30).</summary>
public sealed partial class EventRemoval(
    RepositoryCatalogue catalogue,
    PullRequestTargets pullRequestTargets,
    RepositoryRetirement retirement,
    StandingAligner standing,
    BareRepositories repositories,
    RefTransaction transaction,
    IdentifierLock turns,
    PurgatoryGate gate,
    PurgatoryMetrics metrics,
    ILogger<EventRemoval> logger)
{
    /// <summary>The disk first, then the store, then the gate, because who may sign and what outranks what may have changed (R15).</summary>
    /// <param name="served">What goes of that which is served.</param>
    /// <param name="held">What goes of that which waits: its author wants it gone.</param>
    /// <param name="fromStore">Removes them from the event store.</param>
    /// <param name="cancellationToken">Ends the wait for git and the store.</param>
    public async Task RemoveAsync(
        IReadOnlyCollection<NostrEvent> served, IReadOnlyCollection<NostrEvent> held, Func<CancellationToken, Task> fromStore, CancellationToken cancellationToken)
    {
        IReadOnlyList<NostrEvent> events = [.. served, .. held];
        foreach (var nostrEvent in events)
        {
            if (RepositoryAnnouncement.Parse(nostrEvent) is AnnouncementParse.Parsed { Announcement: var announcement })
            {
                await retirement.RetireAsync(announcement, cancellationToken).ConfigureAwait(false);
            }
            else if (PullRequest.Parse(nostrEvent) is PullRequestParse.Parsed { PullRequest: var pullRequest })
            {
                await RemoveRefsAsync(pullRequest, cancellationToken).ConfigureAwait(false);
            }
        }

        await RealignAsync(events, cancellationToken).ConfigureAwait(false);
        await fromStore(cancellationToken).ConfigureAwait(false);
        foreach (var gone in held)
        {
            metrics.Ended(gone.Kind, WaitingEnd.Deleted);
            LogDeleted(logger, gone.Id, gone.Kind, gone.Identifier);
        }

        var identifiers = events
            .Where(nostrEvent => nostrEvent.Kind is EventKinds.RepositoryAnnouncement or EventKinds.RepositoryState)
            .Select(nostrEvent => nostrEvent.Identifier)
            .Distinct();
        foreach (var identifier in identifiers)
        {
            await gate.ProcessSatisfiableEventsAsync(identifier, ReleaseCause.Arrival, NamedBy(events, identifier), cancellationToken).ConfigureAwait(false);
        }
    }

    // R15: with his announcement an author leaves the groups of those whom it names, and nothing that is left of his may lead to them.
    private static IReadOnlyList<PublicKey> NamedBy(IEnumerable<NostrEvent> events, string identifier) =>
    [
        .. events.Where(nostrEvent => nostrEvent.Identifier == identifier)
            .Select(RepositoryAnnouncement.Parse)
            .OfType<AnnouncementParse.Parsed>()
            .SelectMany(parsed => parsed.Announcement.Claims.Named)
            .Distinct(),
    ];

    // What was pushed towards a state that goes before all of its data was here would be left between two states.
    private async Task RealignAsync(IReadOnlyCollection<NostrEvent> events, CancellationToken cancellationToken)
    {
        var going = events.Select(nostrEvent => nostrEvent.Id).ToHashSet();
        foreach (var states in events.Where(nostrEvent => nostrEvent.Kind == EventKinds.RepositoryState).GroupBy(nostrEvent => nostrEvent.Identifier))
        {
            using var turn = await turns.EnterAsync(states.Key, cancellationToken).ConfigureAwait(false);
            await standing.RealignAsync(states.Key, [.. states.Select(state => state.Author).Distinct()], going, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveRefsAsync(PullRequest pullRequest, CancellationToken cancellationToken)
    {
        var name = NostrRef.Of(pullRequest.Event.Id);
        var about = await pullRequestTargets.OfAsync(pullRequest, cancellationToken).ConfigureAwait(false);
        var named = about.Concat(pullRequest.Repositories).ToList();
        foreach (var identifier in PullRequestTargets.IdentifiersOf(named))
        {
            using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
            var snapshot = await catalogue.SnapshotAsync(identifier, [.. named.Where(repository => repository.Identifier == identifier).Select(repository => repository.Owner)], cancellationToken).ConfigureAwait(false);
            foreach (var repository in snapshot.Owners.Select(owner => repositories.Find(owner.ToNpub(), identifier)).OfType<BareRepository>())
            {
                if (repository.ReadRefs().Refs.TryGetValue(name, out var current)
                    && await transaction.ApplyAsync(repository, [new RefUpdate(name, current, Oid.Zero)], cancellationToken).ConfigureAwait(false)
                        is RefTransactionResult.Refused refused)
                {
                    throw new IOException($"{name} could not be deleted: {refused.Reason}");
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} of kind {Kind} for {Identifier} waits no more: its author has deleted it")]
    private static partial void LogDeleted(ILogger logger, EventId id, int kind, string identifier);
}
