using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Reads from the event store all that is known of one repository identifier.</summary>
public sealed class RepositoryCatalogue(IEventStore store, ServiceAddress here, MaintainerModel model)
{
    private static readonly FrozenSet<int> RepositoryKinds =
        FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState);

    private static readonly FrozenSet<int> PullRequestKinds =
        FrozenSet.Create(EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    /// <summary>The announcements, states and standings of an identifier, served and held, at one moment.</summary>
    public async Task<RepositorySnapshot> SnapshotAsync(string identifier, CancellationToken cancellationToken)
    {
        // Held before served: an event that is released between the two reads is seen twice, never missed.
        var held = await store.HeldAsync(identifier, cancellationToken).ConfigureAwait(false);
        var filter = new Filter { Kinds = RepositoryKinds, Tags = IdentifierTag(identifier) };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        var standings = await store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false);

        var released = served.Events.Select(stored => stored.Read()).Where(e => e.Identifier == identifier).ToList();
        var releasedIds = released.Select(e => e.Id).ToHashSet();
        var waiting = held.Select(h => h.Event).Where(e => !releasedIds.Contains(e.Id)).ToList();
        List<AnnouncementEntry> announcements =
        [
            .. Announcements(released).Select(announcement => new AnnouncementEntry(announcement, IsHeld: false)),
            .. Announcements(waiting).Select(announcement => new AnnouncementEntry(announcement, IsHeld: true)),
        ];
        return RepositorySnapshot.Of(identifier, here, model, announcements, [.. States(waiting)], [.. States(released)], standings);
    }

    /// <summary>The pull requests among the given ids: those that wait under the identifier, and those that are served.</summary>
    public async Task<IReadOnlyDictionary<EventId, PullRequest>> PullRequestsAsync(
        string identifier, IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return FrozenDictionary<EventId, PullRequest>.Empty;
        }

        var held = await store.HeldAsync(identifier, cancellationToken).ConfigureAwait(false);
        var filter = new Filter { Kinds = PullRequestKinds, Ids = ids.ToFrozenSet() };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return held.Select(h => h.Event).Where(e => ids.Contains(e.Id))
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
