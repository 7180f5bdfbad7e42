using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Makes repositories follow again what has been released for their owners, when something else than the gate has moved or lost something.</summary>
public sealed class Realignment(
    IEventStore store,
    RepositoryCatalogue catalogue,
    BareRepositories repositories,
    Connectivity connectivity,
    ObjectTransfer transfer,
    RefAligner aligner,
    IdentifierLock turns)
{
    /// <summary>
    /// For each owner of the identifier whose released state is known: makes the repository if it is missing, brings missing objects from the other owners'
    /// repositories, and moves refs and HEAD as the gate would (R25); what that takes out of reach is kept.
    /// </summary>
    /// <returns>What could not be done, one line each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string identifier, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var standings = (await store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false)).ToDictionary(standing => standing.Owner);
        var problems = new List<string>();
        await foreach (var (snapshot, owners) in catalogue.AllAsync(identifier, cancellationToken).ConfigureAwait(false))
        {
            foreach (var owner in owners.Where(owner => snapshot.TryGetAnnouncement(owner, out var entry) && !entry.IsHeld))
            {
                var candidates = snapshot.CandidatesFor(owner);
                var released = candidates.FirstOrDefault(state => standings.TryGetValue(owner, out var standing) && state.Event.Id == standing.Id);
                if (await FollowAsync(owner, released, candidates, snapshot, cancellationToken).ConfigureAwait(false) is { } problem)
                {
                    problems.Add($"{new RepositoryAddress(owner, identifier)}: {problem}");
                }
            }
        }

        return problems;
    }

    private async Task<string?> FollowAsync(
        PublicKey owner, RepositoryState? released, IReadOnlyList<RepositoryState> candidates, RepositorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var repository = await repositories.EnsureAsync(owner.ToNpub(), snapshot.Identifier, cancellationToken).ConfigureAwait(false);
        if (released is null || !released.TryGetNeededOids(out var needed))
        {
            return null;
        }

        if (!await connectivity.IsCompleteAsync(repository, needed, cancellationToken).ConfigureAwait(false)
            && await BringAsync(repository, needed, snapshot, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            return missing;
        }

        var newer = candidates.Where(candidate => candidate.IsNewerThan(released)).ToList();
        return await aligner.AlignAsync(repository, released, newer, cancellationToken).ConfigureAwait(false) is Alignment.Failed failed ? failed.Reason : null;
    }

    private async Task<string?> BringAsync(BareRepository to, IReadOnlyCollection<Oid> needed, RepositorySnapshot snapshot, CancellationToken cancellationToken)
    {
        foreach (var from in snapshot.Owners.Select(owner => repositories.Find(owner.ToNpub(), snapshot.Identifier)).OfType<BareRepository>().Where(other => other.Path != to.Path))
        {
            if (await connectivity.IsCompleteAsync(from, needed, cancellationToken).ConfigureAwait(false)
                && await transfer.ShareAsync(from, to, needed, cancellationToken).ConfigureAwait(false) is TransferResult.Done)
            {
                return null;
            }
        }

        return "objects of the released state are missing here and in the other owners' repositories; the owner may push them again, for the state still authorises it";
    }
}
