using System.Collections.Concurrent;
using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What two servers have in common and what not.</summary>
/// <param name="Here">Repositories announced here.</param>
/// <param name="There">Repositories announced there.</param>
/// <param name="Compared">Repositories whose refs were compared.</param>
/// <param name="Differences">In the order of repositories.</param>
internal sealed record ComparisonReport(int Here, int There, int Compared, IReadOnlyList<Difference> Differences);

/// <summary>Compares this server's data with another GRASP server: announcements and states through its relay, branches and tags through its git.</summary>
internal sealed class Comparison(IdleServer server, ServiceAddress here, ServiceAddress there, ProgressLine progress)
{
    private const int AtOnce = 4;

    private static readonly Filter Announced = new() { Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState) };

    /// <summary>Compares.</summary>
    /// <param name="remote">The other server's relay.</param>
    /// <param name="withGit">Whether its git is asked, too: one question a repository.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ComparisonReport> RunAsync(RemoteEvents remote, bool withGit, CancellationToken cancellationToken)
    {
        var mine = await NewestAsync(EventPages.ReadAsync(server.Store, Announced, cancellationToken), "reading events here").ConfigureAwait(false);
        var theirs = await NewestAsync(remote.ReadAsync(Announced, cancellationToken), "reading events there").ConfigureAwait(false);
        var (ownHere, ownThere) = (RepositoriesAt(here, mine), RepositoriesAt(there, theirs));
        if (withGit && ownThere.Count == 0 && theirs.Count > 0)
        {
            // By another address of it, all would look alike though no ref was compared.
            throw new VerbException($"no announcement of the other server names {there.Origin}", "Give its public name, by which its repositories are cloned, or --events-only.");
        }

        List<Difference> differences =
        [
            .. mine.Keys.Union(theirs.Keys)
                .Select(address => Compare(address, mine.GetValueOrDefault(address), theirs.GetValueOrDefault(address)))
                .OfType<Difference>(),
        ];
        var both = withGit ? ownHere.Intersect(ownThere).ToList() : [];
        differences.AddRange(await CompareRefsAsync(both, cancellationToken).ConfigureAwait(false));
        return new ComparisonReport(ownHere.Count, ownThere.Count, both.Count, [.. differences.OrderBy(difference => difference.Where, StringComparer.Ordinal)]);
    }

    private async Task<Dictionary<EventAddress, NostrEvent>> NewestAsync(IAsyncEnumerable<NostrEvent> events, string what)
    {
        var newest = new Dictionary<EventAddress, NostrEvent>();
        await foreach (var found in events.ConfigureAwait(false))
        {
            if (EventAddress.Of(found) is { } address && (!newest.TryGetValue(address, out var other) || found.IsNewerThan(other)))
            {
                newest[address] = found;
                progress.Show(what, newest.Count, 0);
            }
        }

        return newest;
    }

    private static Difference.Event? Compare(EventAddress address, NostrEvent? here, NostrEvent? there) => here?.Id == there?.Id
        ? null
        : new Difference.Event(
            address.Kind, new RepositoryAddress(address.Author, address.Identifier), here?.Id, there?.Id, there is null || (here is not null && here.IsNewerThan(there)));

    private static HashSet<RepositoryAddress> RepositoriesAt(ServiceAddress service, Dictionary<EventAddress, NostrEvent> events) =>
    [
        .. events.Values
            .Select(RepositoryAnnouncement.Parse)
            .OfType<AnnouncementParse.Parsed>()
            .Where(parsed => parsed.Announcement.Lists(service))
            .Select(parsed => parsed.Announcement.Address),
    ];

    private async Task<IEnumerable<Difference>> CompareRefsAsync(List<RepositoryAddress> repositories, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<Difference>();
        var done = 0;
        await Parallel.ForEachAsync(repositories, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (address, token) =>
        {
            foreach (var difference in await CompareRefsAsync(address, token).ConfigureAwait(false))
            {
                found.Add(difference);
            }

            lock (progress)
            {
                progress.Show("comparing repositories", ++done, repositories.Count);
            }
        }).ConfigureAwait(false);
        return found;
    }

    private async Task<IEnumerable<Difference>> CompareRefsAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        if (server.Repositories.Find(address.Owner.ToNpub(), address.Identifier) is not { } repository)
        {
            return [new Difference.Repository(address, IsMissingHere: true, "there is no folder")];
        }

        var asked = await server.Get<RemoteProbe>().ProbeAsync(there.CloneUrl(address), cancellationToken).ConfigureAwait(false) switch
        {
            ProbeResult.Ready ready => await server.Get<RemoteRefs>().ListAsync(ready.Remote, cancellationToken).ConfigureAwait(false),
            ProbeResult.NotAllowed refused => new RemoteRefsResult.Failed(refused.Reason),
            ProbeResult.Failed failed => new RemoteRefsResult.Failed(failed.Reason),
            var other => throw new InvalidOperationException(other.ToString()),
        };
        if (asked is not RemoteRefsResult.Listed { Refs: var theirs })
        {
            return [new Difference.Repository(address, IsMissingHere: false, ((RemoteRefsResult.Failed)asked).Reason)];
        }

        var mine = repository.ReadRefs().Refs.Where(entry => entry.Key.IsBranch || entry.Key.IsTag).ToDictionary();
        return mine.Keys.Union(theirs.Keys)
            .Select(name => new Difference.Ref(address, name, ValueOf(mine, name), ValueOf(theirs, name)))
            .Where(difference => difference.Here != difference.There);
    }

    private static Oid? ValueOf(IReadOnlyDictionary<RefName, Oid> refs, RefName name) => refs.TryGetValue(name, out var oid) ? oid : null;
}
