using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Reads from the event store all that is known of one repository identifier.</summary>
public sealed class RepositoryCatalogue(IEventStore store, ServiceAddress here, MaintainerModel model)
{
    private static readonly FrozenSet<int> RepositoryKinds =
        FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState);

    private static readonly FrozenSet<int> PullRequestKinds =
        FrozenSet.Create(EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    /// <summary>So many people at the most have all of their own events read by <see cref="SnapshotAsync"/>.</summary>
    public const int MostAround = 16;

    // Strangers may use the identifier too. They matter little: an invitation (R7) that its invitee does not answer, objects and clone URLs of forks.
    private static readonly QueryBounds Few = new(1_000, 4L << 20);

    private const string RoleTags = "Mmo";

    private static readonly FrozenSet<int> AnnouncementKind = FrozenSet.Create(EventKinds.RepositoryAnnouncement);

    private static readonly QueryBounds SomeNaming = new(100, 4L << 20);

    // Who is named need not answer in the other model, so a group is not reached outward from each member.
    private readonly QueryBounds _beside = model == MaintainerModel.Reciprocal ? Few : QueryBounds.Internal;

    /// <summary>The announcements, states and standings of an identifier, served and held, at one moment, complete for the groups of some people.</summary>
    /// <param name="identifier">What they share.</param>
    /// <param name="around">
    /// Whom the question is about, the most important first: what they and the groups that they can belong to have here is read whatever strangers have
    /// under the identifier (see <see cref="Surroundings"/>). Of strangers it holds a bounded part, which is no ground to say that something is not there.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RepositorySnapshot> SnapshotAsync(string identifier, IReadOnlyList<PublicKey> around, CancellationToken cancellationToken)
    {
        var found = new Surroundings(store, identifier);
        await found.GatherAsync(around, cancellationToken).ConfigureAwait(false);

        // Held before served: an event that is released between the two reads is seen twice, never missed.
        var beside = await store.HeldAsync(new HeldQuery(identifier, _beside) { Kinds = RepositoryKinds }, cancellationToken).ConfigureAwait(false);
        var filter = new Filter { Kinds = RepositoryKinds, Tags = IdentifierTag(identifier) };
        var served = await store.QueryAsync([filter], _beside, cancellationToken).ConfigureAwait(false);
        var standings = await store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false);

        var released = served.Events.Where(stored => !found.Served.ContainsKey(stored.Id)).Select(stored => stored.Read())
            .Concat(found.Served.Values).Where(e => e.Identifier == identifier).ToList();
        var releasedIds = released.Select(e => e.Id).ToHashSet();
        var waiting = beside.Events.Select(h => h.Event).Concat(found.Held.Values).Where(e => !releasedIds.Contains(e.Id)).DistinctBy(e => e.Id).ToList();
        List<AnnouncementEntry> announcements =
        [
            .. Announcements(released).Select(announcement => new AnnouncementEntry(announcement, IsHeld: false)),
            .. Announcements(waiting).Select(announcement => new AnnouncementEntry(announcement, IsHeld: true)),
        ];
        return RepositorySnapshot.Of(identifier, here, model, announcements, [.. States(waiting)], [.. States(released)], standings, IsAll(beside, served) ? null : found.People);
    }

    /// <summary>
    /// Snapshots that together are around everybody who announces the identifier, a few people each: for whoever must see all owners, each in the one
    /// that is around him.
    /// </summary>
    public async IAsyncEnumerable<(RepositorySnapshot Snapshot, IReadOnlyList<PublicKey> Owners)> AllAsync(
        string identifier, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var authors = await store.AuthorsAsync(identifier, EventKinds.RepositoryAnnouncement, cancellationToken).ConfigureAwait(false);
        foreach (var part in authors.Served.Union(authors.Held).OrderBy(key => key.Hex, StringComparer.Ordinal).Chunk(MostAround))
        {
            var snapshot = await SnapshotAsync(identifier, part, cancellationToken).ConfigureAwait(false);
            yield return (snapshot, [.. snapshot.Owners.Where(part.Contains)]);
        }
    }

    /// <summary>Whom snapshots must be around, a few each, to let out what waits: some people, and everybody whose state waits.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<PublicKey>>> WaitingAsync(
        string identifier, IReadOnlyList<PublicKey> some, CancellationToken cancellationToken)
    {
        var authors = await store.AuthorsAsync(identifier, EventKinds.RepositoryState, cancellationToken).ConfigureAwait(false);
        return [.. some.Take(MostAround).Union(authors.Held).Chunk(MostAround)];
    }

    /// <summary>
    /// Some of those whose served announcement names somebody in a role tag (R14), the newest first: who names nobody himself is found by no way outward
    /// from him. The older `maintainers` tag has no index, and what waits has none.
    /// </summary>
    public async Task<IReadOnlyList<PublicKey>> NamingAsync(string identifier, PublicKey named, CancellationToken cancellationToken)
    {
        var identifiers = KeyValuePair.Create('d', FrozenSet.Create(identifier));
        var filters = RoleTags.Select(role => new Filter
        {
            Kinds = AnnouncementKind,
            Tags = FrozenDictionary.Create(identifiers, KeyValuePair.Create(role, FrozenSet.Create(named.Hex))),
        });
        var found = await store.QueryAsync([.. filters], SomeNaming, cancellationToken).ConfigureAwait(false);
        return [.. found.Events.Select(stored => stored.Read().Author).Distinct()];
    }

    /// <summary>Whom a snapshot of an identifier must be around to say what a waiting event needs: its author, or the owners whom a pull request names.</summary>
    public static IEnumerable<PublicKey> PeopleOf(NostrEvent waiting, string identifier) => PullRequest.Parse(waiting) is PullRequestParse.Parsed { PullRequest: var request }
        ? request.Repositories.Where(named => named.Identifier == identifier).Select(named => named.Owner)
        : [waiting.Author];

    /// <summary>The pull requests among the given ids: those that wait under the identifier, and those that are served.</summary>
    public async Task<IReadOnlyDictionary<EventId, PullRequest>> PullRequestsAsync(
        string identifier, IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return FrozenDictionary<EventId, PullRequest>.Empty;
        }

        var wanted = new HeldQuery(identifier, QueryBounds.Internal) { Kinds = PullRequestKinds, Ids = ids.ToFrozenSet() };
        var held = await store.HeldAsync(wanted, cancellationToken).ConfigureAwait(false);
        var filter = new Filter { Kinds = PullRequestKinds, Ids = ids.ToFrozenSet() };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return held.Events.Select(h => h.Event)
            .Concat(served.Events.Select(stored => stored.Read()))
            .Select(PullRequest.Parse)
            .OfType<PullRequestParse.Parsed>()
            .Select(parsed => parsed.PullRequest)
            .GroupBy(pullRequest => pullRequest.Event.Id)
            .ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>The filter condition that an event's `d` tag has this value.</summary>
    internal static FrozenDictionary<char, FrozenSet<string>> IdentifierTag(string identifier) =>
        FrozenDictionary.Create(KeyValuePair.Create('d', FrozenSet.Create(identifier)));

    // Half of the bytes: no event is so large that it would have been left out for the other half.
    private bool IsAll(HeldPart held, QueryResult served) =>
        held.Next is null && served.Events.Count < _beside.Events && served.Events.Sum(stored => (long)stored.Json.Length) < _beside.Bytes / 2;

    private static IEnumerable<RepositoryAnnouncement> Announcements(IEnumerable<NostrEvent> events) => events
        .Where(e => e.Kind == EventKinds.RepositoryAnnouncement)
        .Select(RepositoryAnnouncement.Parse)
        .OfType<AnnouncementParse.Parsed>()
        .Select(parsed => parsed.Announcement);

    private static IEnumerable<RepositoryState> States(IEnumerable<NostrEvent> events) => events
        .Where(e => e.Kind == EventKinds.RepositoryState)
        .Select(RepositoryState.Parse)
        .OfType<StateParse.Parsed>()
        .Select(parsed => parsed.State);
}
