using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Tries to let one waiting pull request out, once its commit is here (R30, R31).</summary>
public sealed class PullRequestRelease(
    PullRequestTargets pullRequestTargets,
    RepositoryCatalogue catalogue,
    BareRepositories repositories,
    Connectivity connectivity,
    ObjectTransfer transfer,
    RefTransaction transaction,
    EventPublisher publisher,
    IdentifierLock turns)
{
    /// <summary>Whether the event was released. In the turns of all identifiers that it is about.</summary>
    internal async Task<bool> TryAsync(PullRequest pullRequest, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        var about = await pullRequestTargets.OfAsync(pullRequest, cancellationToken).ConfigureAwait(false);
        using var turn = await turns.EnterAllAsync(PullRequestTargets.IdentifiersOf(about), cancellationToken).ConfigureAwait(false);
        var targets = await FindAsync(about, cancellationToken).ConfigureAwait(false);
        foreach (var target in targets)
        {
            await DeleteOthersAsync(target.Repository, pullRequest, cancellationToken).ConfigureAwait(false);
        }

        if (await FirstCompleteAsync(targets, pullRequest.Commit, cancellationToken).ConfigureAwait(false) is not { } source)
        {
            return false;
        }

        foreach (var target in targets)
        {
            if (await PointAsync(source, target, pullRequest, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                report.Failures.Add($"{pullRequest.Event.Id}: {problem}");
                return false;
            }
        }

        var released = await publisher.ReleaseAsync([new EventRelease(pullRequest.Event.Id, [])], cancellationToken).ConfigureAwait(false);
        report.Released.AddRange(released.Select(stored => stored.Read()));
        return released.Count > 0;
    }

    private async Task<IReadOnlyList<Target>> FindAsync(IReadOnlyCollection<RepositoryAddress> about, CancellationToken cancellationToken)
    {
        var targets = new List<Target>();
        foreach (var identifier in PullRequestTargets.IdentifiersOf(about))
        {
            var snapshot = await catalogue.SnapshotAsync(identifier, [.. about.Where(named => named.Identifier == identifier).Select(named => named.Owner)], cancellationToken).ConfigureAwait(false);
            targets.AddRange(PullRequestTargets.OwnersOf(about, snapshot)
                .Select(owner => repositories.Find(owner.ToNpub(), identifier))
                .OfType<BareRepository>()
                .Select(repository => new Target(identifier, repository)));
        }

        return targets;
    }

    private async Task<Target?> FirstCompleteAsync(IEnumerable<Target> targets, Oid commit, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            if (await connectivity.IsCompleteAsync(target.Repository, [commit], cancellationToken).ConfigureAwait(false))
            {
                return target;
            }
        }

        return null;
    }

    // R30: what was pushed for this event before it came, but is not its commit.
    private async Task DeleteOthersAsync(BareRepository target, PullRequest pullRequest, CancellationToken cancellationToken)
    {
        var refs = target.ReadRefs();
        var deletions = RefsOf(refs, pullRequest.Event.Id)
            .Select(name => new RefUpdate(name, refs.Refs[name], Oid.Zero))
            .Where(deletion => deletion.Old != pullRequest.Commit)
            .ToList();
        if (deletions.Count > 0)
        {
            await transaction.ApplyAsync(target, deletions, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string?> PointAsync(Target source, Target to, PullRequest pullRequest, CancellationToken cancellationToken)
    {
        var (name, commit, target) = (NostrRef.Of(pullRequest.Event.Id), pullRequest.Commit, to.Repository);
        if (source.Repository.Path != target.Path && await BringAsync(source, to, commit, cancellationToken).ConfigureAwait(false) is TransferResult.Failed failed)
        {
            return failed.Reason;
        }

        // The placeholder goes as the ref comes, so that the commit is never without one.
        var refs = target.ReadRefs();
        List<RefUpdate> updates =
        [
            new(name, refs.Refs.GetValueOrDefault(name), commit),
            .. RefsOf(refs, pullRequest.Event.Id).Where(other => other != name).Select(placeholder => new RefUpdate(placeholder, refs.Refs[placeholder], Oid.Zero)),
        ];
        return updates.TrueForAll(update => update.IsNoOp) ? null
            : await transaction.ApplyAsync(target, updates, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused ? refused.Reason
            : null;
    }

    // Under another identifier is another project: all of it need not come along.
    private Task<TransferResult> BringAsync(Target source, Target to, Oid commit, CancellationToken cancellationToken) => source.Identifier == to.Identifier
        ? transfer.ShareAsync(source.Repository, to.Repository, [commit], cancellationToken)
        : transfer.CopyAsync(source.Repository, to.Repository, [commit], cancellationToken);

    private static IEnumerable<RefName> RefsOf(RefSnapshot refs, EventId id) => PlaceholderRef.In(refs)
        .Where(placeholder => placeholder.Id == id)
        .Select(placeholder => placeholder.Name)
        .Concat(refs.Refs.Keys.Where(name => name == NostrRef.Of(id)));

    private sealed record Target(string Identifier, BareRepository Repository);
}
