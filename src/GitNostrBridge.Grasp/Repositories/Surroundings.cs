using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>
/// Gathers the announcements and states of some people under an identifier, and of those whom they name, and so on outward. Confirmation is mutual
/// (R14), so a whole group is reached from any of its members, and nobody whom the group does not name can take room from it.
/// </summary>
internal sealed class Surroundings(IEventStore store, string identifier)
{
    // As many as a group may have, beside those from whom it sets out.
    private const int MostPeople = MaintainerSet.MaxMembers;

    private static readonly FrozenSet<int> Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState);

    private readonly HashSet<PublicKey> _asked = [];

    /// <summary>What is served, by id.</summary>
    public Dictionary<EventId, NostrEvent> Served { get; } = [];

    /// <summary>What waits, by id.</summary>
    public Dictionary<EventId, NostrEvent> Held { get; } = [];

    /// <summary>Everybody whose events have been read.</summary>
    public IReadOnlySet<PublicKey> People => _asked;

    /// <summary>Sets out from some people: of the first <see cref="RepositoryCatalogue.MostAround"/> all is read, of the others as of those who are named.</summary>
    public async Task GatherAsync(IReadOnlyList<PublicKey> around, CancellationToken cancellationToken)
    {
        var first = around.Distinct().Take(RepositoryCatalogue.MostAround).ToList();
        var named = await ReadAsync(first, long.MaxValue, cancellationToken).ConfigureAwait(false);
        List<PublicKey> next = [.. around.Concat(Fairly(named)).Where(key => !_asked.Contains(key)).Distinct()];
        for (long people = MostPeople, bytes = QueryBounds.Internal.Bytes; next.Count > 0 && people > 0 && bytes > 0; people -= next.Count, next = Unasked(named))
        {
            next = [.. next.Take((int)people)];
            named = await ReadAsync(next, bytes, cancellationToken).ConfigureAwait(false);
            bytes -= named.Bytes;
        }
    }

    private List<PublicKey> Unasked(Reading reading) => [.. Fairly(reading).Where(key => !_asked.Contains(key)).Distinct()];

    // One of each author in turn: who names thousands takes no room from whom the others name.
    private static IEnumerable<PublicKey> Fairly(Reading reading) => reading.Announcements
        .SelectMany(announcement => announcement.Claims.Named.OrderBy(key => key.Hex, StringComparer.Ordinal).Select((key, index) => (Key: key, Index: index)))
        .OrderBy(entry => entry.Index)
        .Select(entry => entry.Key);

    private async Task<Reading> ReadAsync(IReadOnlyCollection<PublicKey> authors, long mostBytes, CancellationToken cancellationToken)
    {
        _asked.UnionWith(authors);
        var found = await store.AtAsync(new AddressedQuery(identifier, Kinds, authors.ToFrozenSet(), mostBytes), cancellationToken).ConfigureAwait(false);
        foreach (var served in found.Served)
        {
            Served[served.Id] = served;
        }

        foreach (var held in found.Held)
        {
            Held[held.Id] = held;
        }

        List<NostrEvent> all = [.. found.Served, .. found.Held];
        return new Reading(
            [.. all.Select(RepositoryAnnouncement.Parse).OfType<AnnouncementParse.Parsed>().Select(parsed => parsed.Announcement)], all.Sum(e => (long)e.Json.Length));
    }

    private sealed record Reading(IReadOnlyList<RepositoryAnnouncement> Announcements, long Bytes);
}
