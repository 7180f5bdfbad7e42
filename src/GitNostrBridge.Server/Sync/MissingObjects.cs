using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Works out which objects the waiting events of an identifier lack.</summary>
public sealed class MissingObjects(
    RepositoryCatalogue catalogue, IEventStore store, BareRepositories repositories, Connectivity connectivity, CloneSources sources)
{
    /// <summary>Looks at states and pull requests alike, so that one fetch serves them all.</summary>
    public async Task<FetchPlan> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var snapshot = await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false);
        var held = (await store.HeldAsync(identifier, cancellationToken).ConfigureAwait(false)).Select(waiting => waiting.Event).ToList();
        var pullRequests = held.Select(PullRequest.Parse).OfType<PullRequestParse.Parsed>().Select(parsed => parsed.PullRequest).ToList();
        var wants = new List<FetchWant>();
        foreach (var want in snapshot.HeldStates.Select(state => WantOf(state, snapshot)).Concat(pullRequests.Select(request => WantOf(request, snapshot))))
        {
            if (want is not null && await NarrowAsync(want, cancellationToken).ConfigureAwait(false) is { } missing)
            {
                wants.Add(missing);
            }
        }

        var lenders = snapshot.Owners.Select(owner => RepositoryOf(owner, snapshot)).OfType<BareRepository>().ToList();
        var announcements = held.Where(e => e.Kind == EventKinds.RepositoryAnnouncement)
            .Concat(wants.Count == 0 ? [] : await ServedAnnouncementsAsync(identifier, cancellationToken).ConfigureAwait(false));
        return new FetchPlan(wants, lenders, sources.Of(announcements.Concat(pullRequests.Select(request => request.Event))));
    }

    private FetchWant? WantOf(RepositoryState state, RepositorySnapshot snapshot) =>
        state.TryGetNeededOids(out var oids) && oids.Count > 0
            ? WantFor(snapshot.OwnersConfirming(state.Author).Where(owner => !snapshot.IsOutranked(state, owner)), oids, snapshot)
            : null;

    private FetchWant? WantOf(PullRequest request, RepositorySnapshot snapshot) => WantFor(
        snapshot.Owners.Where(owner => request.Repositories.Any(named =>
            named.Identifier == snapshot.Identifier && (named.Owner == owner || snapshot.ConfirmedFor(owner).Contains(named.Owner)))),
        [request.Commit],
        snapshot);

    // One repository is enough: the gate brings the objects to the others.
    private FetchWant? WantFor(IEnumerable<PublicKey> owners, IReadOnlyCollection<Oid> oids, RepositorySnapshot snapshot) =>
        owners.Select(owner => RepositoryOf(owner, snapshot)).OfType<BareRepository>().FirstOrDefault() is { } target ? new FetchWant(target, oids) : null;

    private BareRepository? RepositoryOf(PublicKey owner, RepositorySnapshot snapshot) => repositories.Find(owner.ToNpub(), snapshot.Identifier);

    // Null: all is there. An object may be there without what it refers to, after a crash: then all are wanted anew.
    private async Task<FetchWant?> NarrowAsync(FetchWant want, CancellationToken cancellationToken)
    {
        if (await connectivity.IsCompleteAsync(want.Target, want.Oids, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var missing = want.Target.Missing(want.Oids);
        return missing.Count > 0 ? want with { Oids = missing } : want;
    }

    private async Task<IEnumerable<NostrEvent>> ServedAnnouncementsAsync(string identifier, CancellationToken cancellationToken)
    {
        var filter = new Filter
        {
            Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement),
            Tags = FrozenDictionary.Create(KeyValuePair.Create('d', FrozenSet.Create(identifier))),
        };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return served.Events.Select(stored => stored.Read());
    }
}
