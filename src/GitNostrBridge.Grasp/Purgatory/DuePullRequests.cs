using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>
/// Picks the waiting pull requests that a passage through the gate has something to do for: their commit, or a ref of theirs, is in a repository that they
/// are about. Anybody may let hundreds wait that name any commit, so the others must cost next to nothing.
/// </summary>
public sealed class DuePullRequests(IEventStore store, RepositoryCatalogue catalogue, BareRepositories repositories)
{
    // So many that name no repository here but refer to events are looked at in a passage, in turns: what those are about takes reading to know.
    private const int MostIndirect = 20;

    // Other identifiers' repositories that one pull request is looked for in.
    private const int MostElsewhere = 20;

    private static readonly QueryBounds Page = new(100, 8L << 20);

    private static readonly FrozenSet<int> Kinds = FrozenSet.Create(EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    private int _turn;

    /// <summary>The pull requests under an identifier that are to be tried, the longest waiting first but for those that only refer to events.</summary>
    public async Task<IReadOnlyList<PullRequest>> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var due = new List<PullRequest>();
        var indirect = new List<PullRequest>();
        var passage = new Passage(identifier);
        await foreach (var part in store.HeldPartsAsync(new HeldQuery(identifier, Page) { Kinds = Kinds }, cancellationToken).ConfigureAwait(false))
        {
            var waiting = part.Select(held => PullRequest.Parse(held.Event)).OfType<PullRequestParse.Parsed>().Select(parsed => parsed.PullRequest).ToList();
            await LearnAsync(passage, waiting, cancellationToken).ConfigureAwait(false);
            due.AddRange(In(passage, waiting));
            indirect.AddRange(waiting.Where(request => !request.Repositories.Any(passage.IsAnnounced)));
        }

        due.AddRange(NextOf([.. indirect.Except(due)]));
        return due;
    }

    // Where the owners' groups keep what a pull request to them brings: once for each owner who is named, however many pull requests name him.
    private async Task LearnAsync(Passage passage, List<PullRequest> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count > 0 && passage.Announcers is null)
        {
            var authors = await store.AuthorsAsync(passage.Identifier, EventKinds.RepositoryAnnouncement, cancellationToken).ConfigureAwait(false);
            passage.Announcers = authors.Served.ToHashSet();
        }

        var named = waiting.SelectMany(request => request.Repositories).Where(passage.IsAnnounced).Distinct().Where(address => !passage.Targets.ContainsKey(address));
        foreach (var part in named.Chunk(RepositoryCatalogue.MostAround))
        {
            var snapshot = await catalogue.SnapshotAsync(passage.Identifier, [.. part.Select(address => address.Owner)], cancellationToken).ConfigureAwait(false);
            foreach (var address in part)
            {
                passage.Targets[address] =
                    [.. PullRequestTargets.OwnersOf([address], snapshot).Select(owner => repositories.Find(owner.ToNpub(), passage.Identifier)).OfType<BareRepository>()];
            }
        }
    }

    // Each repository is opened once for all.
    private IEnumerable<PullRequest> In(Passage passage, List<PullRequest> waiting)
    {
        var due = new HashSet<PullRequest>();
        var sought = waiting.SelectMany(request => TargetsOf(passage, request).Select(target => (Target: target, Request: request))).GroupBy(pair => pair.Target.Path);
        foreach (var group in sought)
        {
            due.UnionWith(In(group.First().Target, passage, [.. group.Select(pair => pair.Request)]));
        }

        return waiting.Where(due.Contains);
    }

    private static IEnumerable<PullRequest> In(BareRepository target, Passage passage, List<PullRequest> sought)
    {
        try
        {
            var missing = target.Missing(sought.Select(request => request.Commit)).ToHashSet();
            if (!passage.Pointed.TryGetValue(target.Path, out var pointed))
            {
                var refs = target.ReadRefs();
                IEnumerable<EventId> ids = [.. PlaceholderRef.In(refs).Select(placeholder => placeholder.Id), .. refs.Refs.Keys.SelectMany(IdOf)];
                passage.Pointed[target.Path] = pointed = [.. ids];
            }

            return sought.Where(request => !missing.Contains(request.Commit) || pointed.Contains(request.Event.Id));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A repository that cannot be read is told of when a pull request is tried; it must not stop the others.
            return sought;
        }
    }

    private static IEnumerable<EventId> IdOf(RefName name) => NostrRef.TryRead(name, out var id) ? [id] : [];

    // Under other identifiers only the owners' own: the passage there knows the groups.
    private IEnumerable<BareRepository> TargetsOf(Passage passage, PullRequest request) => request.Repositories
        .SelectMany(address => passage.Targets.GetValueOrDefault(address, []))
        .Concat(request.Repositories.Where(address => address.Identifier != passage.Identifier)
            .Take(MostElsewhere)
            .Select(address => repositories.Find(address.Owner.ToNpub(), address.Identifier))
            .OfType<BareRepository>())
        .DistinctBy(repository => repository.Path);

    private IEnumerable<PullRequest> NextOf(List<PullRequest> indirect)
    {
        var first = indirect.Count > MostIndirect ? (int)((uint)Interlocked.Add(ref _turn, MostIndirect) % (uint)indirect.Count) : 0;
        return indirect.Skip(first).Concat(indirect.Take(first)).Take(MostIndirect);
    }

    // What one passage has learnt.
    private sealed class Passage(string identifier)
    {
        public string Identifier => identifier;

        public HashSet<PublicKey>? Announcers { get; set; }

        public Dictionary<RepositoryAddress, IReadOnlyList<BareRepository>> Targets { get; } = [];

        public Dictionary<string, HashSet<EventId>> Pointed { get; } = [];

        public bool IsAnnounced(RepositoryAddress address) => address.Identifier == identifier && Announcers?.Contains(address.Owner) == true;
    }
}
