using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Tries to let one waiting pull request out, once its commit is here (R30, R31).</summary>
public sealed class PullRequestRelease(
    BareRepositories repositories, Connectivity connectivity, ObjectTransfer transfer, RefTransaction transaction, EventPublisher publisher)
{
    /// <summary>Whether the event was released.</summary>
    internal async Task<bool> TryAsync(
        PullRequest pullRequest, RepositorySnapshot snapshot, ReleaseReportBuilder report, CancellationToken cancellationToken)
    {
        var targets = snapshot.Owners
            .Where(owner => pullRequest.Repositories.Any(named =>
                named.Identifier == snapshot.Identifier && (named.Owner == owner || snapshot.ConfirmedFor(owner).Contains(named.Owner))))
            .Select(owner => repositories.Find(owner.ToNpub(), snapshot.Identifier))
            .OfType<BareRepository>()
            .ToList();
        var source = await FirstCompleteAsync(targets, pullRequest.Commit, cancellationToken).ConfigureAwait(false);
        if (source is null)
        {
            return false;
        }

        var name = NostrRef.Of(pullRequest.Event.Id);

        foreach (var target in targets)
        {
            if (await PointAsync(source, target, name, pullRequest.Commit, cancellationToken).ConfigureAwait(false) is { } problem)
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

    private async Task<string?> PointAsync(
        BareRepository source, BareRepository target, RefName name, Oid commit, CancellationToken cancellationToken)
    {
        var current = target.ReadRefs().Refs.GetValueOrDefault(name);
        if (current == commit)
        {
            return null;
        }

        if (source.Path != target.Path && await transfer.ShareAsync(source, target, [commit], cancellationToken).ConfigureAwait(false) is TransferResult.Failed failed)
        {
            return failed.Reason;
        }

        var update = new RefUpdate(name, current, commit);
        return await transaction.ApplyAsync(target, [update], cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused ? refused.Reason : null;
    }
}
