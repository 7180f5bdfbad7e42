using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>Tries to let one waiting state out: its objects, every follower's refs, then the event (R25, R26).</summary>
public sealed partial class StateRelease(
    IEventStore store,
    BareRepositories repositories,
    Connectivity connectivity,
    ObjectTransfer transfer,
    RefAligner aligner,
    EventPublisher publisher,
    ILogger<StateRelease> logger)
{
    /// <summary>Whether the snapshot is out of date afterwards, because the state was released.</summary>
    internal async Task<bool> TryAsync(
        RepositoryState state, RepositorySnapshot snapshot, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        var confirming = snapshot.OwnersConfirming(state.Author);
        var followers = confirming.Where(owner => !snapshot.IsOutranked(state, owner)).ToList();
        if (snapshot.IsReplaced(state) || (confirming.Count > 0 && followers.Count == 0))
        {
            // R26: something newer has been released by its author, or for everybody whom it concerns.
            await store.DropAsync([state.Event.Id], cancellationToken).ConfigureAwait(false);
            report.Dropped.Add(state.Event.Id);
            return false;
        }

        if (followers.Count == 0 || !state.TryGetNeededOids(out var needed))
        {
            return false;
        }

        // R13: a state that tracks no refs is served, and moves nothing.
        if (!state.TracksRefs)
        {
            return await ReleaseAsync([new EventRelease(state.Event.Id, [])], report, cancellationToken).ConfigureAwait(false);
        }

        var source = await FindSourceAsync(followers.Concat(snapshot.Owners).Distinct(), snapshot.Identifier, needed, cancellationToken).ConfigureAwait(false);
        if (source is null || !await AlignAllAsync(state, needed, source, followers, snapshot, report, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        IEnumerable<EventRelease> releases =
        [
            .. AnnouncementsFor(followers, snapshot).Select(announcement => new EventRelease(announcement.Event.Id, [])),
            new EventRelease(state.Event.Id, followers),
        ];
        return await ReleaseAsync([.. releases], report, cancellationToken).ConfigureAwait(false);
    }

    private async Task<BareRepository?> FindSourceAsync(
        IEnumerable<PublicKey> owners, string identifier, IReadOnlyCollection<Oid> needed, CancellationToken cancellationToken)
    {
        foreach (var owner in owners)
        {
            if (repositories.Find(owner.ToNpub(), identifier) is { } repository
                && await connectivity.IsCompleteAsync(repository, needed, cancellationToken).ConfigureAwait(false))
            {
                return repository;
            }
        }

        return null;
    }

    private async Task<bool> AlignAllAsync(
        RepositoryState state,
        IReadOnlyCollection<Oid> needed,
        BareRepository source,
        IReadOnlyList<PublicKey> followers,
        RepositorySnapshot snapshot,
        ReleaseReportBuilder report,
        CancellationToken cancellationToken)
    {
        foreach (var owner in followers)
        {
            var address = new RepositoryAddress(owner, snapshot.Identifier);
            var target = await repositories.EnsureAsync(owner.ToNpub(), snapshot.Identifier, cancellationToken).ConfigureAwait(false);
            var problem = await BringAsync(source, target, needed, cancellationToken).ConfigureAwait(false);
            if (problem is null)
            {
                var newer = snapshot.CandidatesFor(owner).Where(candidate => candidate.IsNewerThan(state)).ToList();
                var alignment = await aligner.AlignAsync(target, state, newer, cancellationToken).ConfigureAwait(false);
                problem = (alignment as Alignment.Failed)?.Reason;
            }

            if (problem is not null)
            {
                report.Failures.Add($"{state.Event.Id} for {address}: {problem}");
                LogNotAligned(logger, state.Event.Id, address, problem);
                return false;
            }

            report.Aligned.Add(address);
        }

        return true;
    }

    private async Task<string?> BringAsync(
        BareRepository source, BareRepository target, IReadOnlyCollection<Oid> needed, CancellationToken cancellationToken)
    {
        if (source.Path == target.Path || await connectivity.IsCompleteAsync(target, needed, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return await transfer.ShareAsync(source, target, needed, cancellationToken).ConfigureAwait(false) is TransferResult.Failed failed ? failed.Reason : null;
    }

    // R8: an owner's announcement is served once a state is released for him. R7: with it those of the people whom his group names.
    private static IEnumerable<RepositoryAnnouncement> AnnouncementsFor(IReadOnlyList<PublicKey> followers, RepositorySnapshot snapshot) => followers
        .SelectMany(owner => snapshot.HeldCompanionsOf(owner).Prepend(owner))
        .Distinct()
        .Select(author => snapshot.TryGetAnnouncement(author, out var entry) ? entry : null)
        .OfType<AnnouncementEntry>()
        .Where(entry => entry.IsHeld)
        .Select(entry => entry.Announcement);

    private async Task<bool> ReleaseAsync(IReadOnlyList<EventRelease> releases, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        var released = await publisher.ReleaseAsync(releases, cancellationToken).ConfigureAwait(false);
        report.Released.AddRange(released.Select(stored => stored.Read()));
        return released.Count > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "State {Id} waits on: {Repository} could not follow it: {Problem}")]
    private static partial void LogNotAligned(ILogger logger, EventId id, RepositoryAddress repository, string problem);
}
