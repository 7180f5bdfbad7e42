using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Works out which objects the waiting events of an identifier lack.</summary>
public sealed class MissingObjects(
    RepositoryCatalogue catalogue, IEventStore store, PullRequestTargets targets, BareRepositories repositories, Connectivity connectivity, CloneSources sources)
{
    /// <summary>Looks at states and pull requests alike, so that one fetch serves them all.</summary>
    public async Task<FetchPlan> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var held = (await store.HeldAsync(identifier, cancellationToken).ConfigureAwait(false)).Select(waiting => waiting.Event).ToList();
        var wants = new List<FetchWant>();
        var lenders = new Dictionary<string, BareRepository>();
        foreach (var part in held.Chunk(RepositoryCatalogue.MostAround))
        {
            var around = part.SelectMany(waiting => RepositoryCatalogue.PeopleOf(waiting, identifier)).ToList();
            var snapshot = await catalogue.SnapshotAsync(identifier, around, cancellationToken).ConfigureAwait(false);
            foreach (var waiting in part)
            {
                if (await WantOfAsync(waiting, snapshot, cancellationToken).ConfigureAwait(false) is { } want
                    && await NarrowAsync(want, cancellationToken).ConfigureAwait(false) is { } missing)
                {
                    wants.Add(missing);
                }
            }

            foreach (var lender in snapshot.Owners.Select(owner => RepositoryOf(owner, snapshot)).OfType<BareRepository>())
            {
                lenders[lender.Path] = lender;
            }
        }

        return new FetchPlan(wants, [.. lenders.Values], wants.Count == 0 ? [] : await SourcesAsync(identifier, held, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What a waiting event needs, and where; null when it needs nothing that could be brought for it now.</summary>
    public async Task<FetchWant?> WantOfAsync(NostrEvent waiting, RepositorySnapshot snapshot, CancellationToken cancellationToken) =>
        snapshot.HeldStates.FirstOrDefault(state => state.Event.Id == waiting.Id) is { } state ? WantOf(state, snapshot)
        : PullRequest.Parse(waiting) is PullRequestParse.Parsed { PullRequest: var request }
            ? WantFor(PullRequestTargets.OwnersOf(await targets.OfAsync(request, cancellationToken).ConfigureAwait(false), snapshot), [request.Commit], snapshot)
        : null;

    private FetchWant? WantOf(RepositoryState state, RepositorySnapshot snapshot) =>
        state.TryGetNeededOids(out var oids) && oids.Count > 0
            ? WantFor(snapshot.OwnersConfirming(state.Author).Where(owner => !snapshot.IsOutranked(state, owner)), oids, snapshot)
            : null;

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

    // Served announcements first: their repositories have had data, while waiting events may be anybody's.
    private async Task<IReadOnlyList<CloneSource>> SourcesAsync(string identifier, List<NostrEvent> held, CancellationToken cancellationToken)
    {
        var filter = new Filter
        {
            Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement),
            Tags = FrozenDictionary.Create(KeyValuePair.Create('d', FrozenSet.Create(identifier))),
        };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return [.. sources.Of(served.Events.Select(stored => stored.Read())).Union(sources.Of(held))];
    }
}
