using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Tries to let one waiting pull request out, once its commit is here (R30, R31).</summary>
public sealed class PullRequestRelease(
    PullRequestTargets pullRequestTargets, BareRepositories repositories, Connectivity connectivity, ObjectTransfer transfer, RefTransaction transaction, EventPublisher publisher)
{
    /// <summary>Whether the event was released.</summary>
    internal async Task<bool> TryAsync(
        PullRequest pullRequest, RepositorySnapshot snapshot, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        var about = await pullRequestTargets.OfAsync(pullRequest, cancellationToken).ConfigureAwait(false);
        var targets = snapshot.Owners
            .Where(owner => about.Any(named =>
                named.Identifier == snapshot.Identifier && (named.Owner == owner || snapshot.ConfirmedFor(owner).Contains(named.Owner))))
            .Select(owner => repositories.Find(owner.ToNpub(), snapshot.Identifier))
            .OfType<BareRepository>()
            .ToList();
        foreach (var target in targets)
        {
            await DeleteOthersAsync(target, pullRequest, cancellationToken).ConfigureAwait(false);
        }

        var source = await FirstCompleteAsync(targets, pullRequest.Commit, cancellationToken).ConfigureAwait(false);
        if (source is null)
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

    private async Task<BareRepository?> FirstCompleteAsync(IEnumerable<BareRepository> targets, Oid commit, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            if (await connectivity.IsCompleteAsync(target, [commit], cancellationToken).ConfigureAwait(false))
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

    private async Task<string?> PointAsync(BareRepository source, BareRepository target, PullRequest pullRequest, CancellationToken cancellationToken)
    {
        var (name, commit) = (NostrRef.Of(pullRequest.Event.Id), pullRequest.Commit);
        if (source.Path != target.Path && await transfer.ShareAsync(source, target, [commit], cancellationToken).ConfigureAwait(false) is TransferResult.Failed failed)
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

    private static IEnumerable<RefName> RefsOf(RefSnapshot refs, EventId id) => PlaceholderRef.In(refs)
        .Where(placeholder => placeholder.Id == id)
        .Select(placeholder => placeholder.Name)
        .Concat(refs.Refs.Keys.Where(name => name == NostrRef.Of(id)));
}
