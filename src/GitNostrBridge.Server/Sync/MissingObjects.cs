using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Works out which objects the waiting events of an identifier lack.</summary>
public sealed class MissingObjects(
    RepositoryCatalogue catalogue, IEventStore store, PullRequestTargets targets, BareRepositories repositories, Connectivity connectivity, CloneSources sources)
{
    // Besides those in which something is wanted: each costs git a look, and anybody may have a repository under the identifier.
    private const int MostOtherLenders = 50;

    private static readonly QueryBounds Page = new(10 * RepositoryCatalogue.MostAround, 8L << 20);

    // An announcement waits for a state, and needs no data itself.
    private static readonly FrozenSet<int> Kinds =
        FrozenSet.Create(EventKinds.RepositoryState, EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    /// <summary>Looks at states and pull requests alike, so that one fetch serves them all.</summary>
    public async Task<FetchPlan> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var found = new Findings(sources);
        await foreach (var held in store.HeldPartsAsync(new HeldQuery(identifier, Page) { Kinds = Kinds }, cancellationToken).ConfigureAwait(false))
        {
            foreach (var part in held.Select(waiting => waiting.Event).Chunk(RepositoryCatalogue.MostAround))
            {
                await FindAsync(identifier, part, found, cancellationToken).ConfigureAwait(false);
            }
        }

        return found.ToPlan();
    }

    private async Task FindAsync(string identifier, IReadOnlyList<NostrEvent> part, Findings found, CancellationToken cancellationToken)
    {
        var around = part.SelectMany(waiting => RepositoryCatalogue.PeopleOf(waiting, identifier)).ToList();
        var snapshot = await catalogue.SnapshotAsync(identifier, around, cancellationToken).ConfigureAwait(false);
        var needy = new List<NostrEvent>();
        foreach (var waiting in part)
        {
            if (await WantOfAsync(waiting, snapshot, cancellationToken).ConfigureAwait(false) is { } want
                && await NarrowAsync(want, cancellationToken).ConfigureAwait(false) is { } missing)
            {
                found.Wants.Add(missing);
                needy.Add(waiting);
            }
        }

        if (needy.Count > 0)
        {
            found.AddSources(snapshot, needy);
            found.AddLenders(snapshot.Owners.OrderByDescending(snapshot.IsWhollyKnown).Select(owner => RepositoryOf(owner, snapshot)).OfType<BareRepository>());
        }
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

    // What has been found so far, of which only the wants grow with what waits: they are what it waits for.
    private sealed class Findings(CloneSources sources)
    {
        private readonly Dictionary<string, BareRepository> _others = [];
        private IReadOnlyList<RankedSource> _served = [];
        private IReadOnlyList<RankedSource> _held = [];
        private IReadOnlyList<RankedSource> _strangers = [];

        public List<FetchWant> Wants { get; } = [];

        public void AddLenders(IEnumerable<BareRepository> repositories)
        {
            foreach (var repository in repositories.Take(MostOtherLenders).TakeWhile(_ => _others.Count < MostOtherLenders))
            {
                _others[repository.Path] = repository;
            }
        }

        // Who is not near has the same identifier and perhaps the same objects.
        public void AddSources(RepositorySnapshot snapshot, IReadOnlyList<NostrEvent> needy)
        {
            var near = snapshot.Announcements
                .OrderByDescending(entry => entry.Announcement.Event.CreatedAt)
                .ToLookup(entry => snapshot.IsWhollyKnown(entry.Announcement.Author));
            _served = sources.Add(_served, near[true].Where(entry => !entry.IsHeld).Select(entry => entry.Announcement.Event));
            _held = sources.Add(_held, near[true].Where(entry => entry.IsHeld).Select(entry => entry.Announcement.Event).Concat(needy));
            _strangers = sources.Add(_strangers, near[false].OrderBy(entry => entry.IsHeld).Select(entry => entry.Announcement.Event));
        }

        // Served announcements first: their repositories have had data, while waiting events may be anybody's.
        public FetchPlan ToPlan() => new(
            Wants,
            [.. Wants.Select(want => want.Target).Concat(_others.Values).DistinctBy(lender => lender.Path)],
            [.. _served.Concat(_held).Concat(_strangers).Select(ranked => ranked.Source).Distinct()]);
    }
}
