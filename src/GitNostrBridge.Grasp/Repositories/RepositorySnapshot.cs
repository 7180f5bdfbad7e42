using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>An announcement, and whether it waits or is served.</summary>
public sealed record AnnouncementEntry(RepositoryAnnouncement Announcement, bool IsHeld);

/// <summary>Everything about one identifier at one moment: who owns and maintains, which states wait and which one stands.</summary>
public sealed class RepositorySnapshot
{
    private readonly FrozenDictionary<PublicKey, AnnouncementEntry> _newest;
    private readonly FrozenDictionary<PublicKey, MaintainerSet> _confirmed;
    private readonly ILookup<PublicKey, RepositoryState> _releasedByAuthor;
    private readonly FrozenDictionary<PublicKey, Standing> _standings;
    private readonly IReadOnlySet<PublicKey>? _whollyKnown;

    private RepositorySnapshot(
        string identifier,
        ServiceAddress here,
        MaintainerModel model,
        IReadOnlyList<AnnouncementEntry> announcements,
        IReadOnlyList<RepositoryState> heldStates,
        IReadOnlyList<RepositoryState> releasedStates,
        IReadOnlyList<Standing> standings,
        IReadOnlySet<PublicKey>? whollyKnown)
    {
        (Identifier, _whollyKnown) = (identifier, whollyKnown);
        _newest = announcements.GroupBy(entry => entry.Announcement.Author).ToFrozenDictionary(group => group.Key, group => group.Aggregate(Newer));
        var newest = _newest.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Announcement);
        Owners = [.. newest.Values.Where(announcement => announcement.Lists(here)).Select(announcement => announcement.Author).OrderBy(owner => owner.Hex, StringComparer.Ordinal)];
        _confirmed = Owners.ToFrozenDictionary(owner => owner, owner => MaintainerSet.Of(owner, newest, model));
        HeldStates = [.. heldStates.OrderBy(state => state.Event.CreatedAt).ThenByDescending(state => state.Event.Id)];
        _releasedByAuthor = releasedStates.ToLookup(state => state.Author);
        _standings = standings.ToFrozenDictionary(standing => standing.Owner);
    }

    /// <summary>`d`: what the announcements and states share.</summary>
    public string Identifier { get; }

    /// <summary>The authors whose newest announcement lists this service: each has a repository here (R12). In the order of their keys.</summary>
    public IReadOnlyList<PublicKey> Owners { get; }

    /// <summary>The newest announcement of each author, whether or not it lists this service.</summary>
    public IReadOnlyList<AnnouncementEntry> Announcements => _newest.Values;

    /// <summary>The states that wait, oldest first; of two at the same second the one with the higher id, which NIP-01 counts as the older.</summary>
    public IReadOnlyList<RepositoryState> HeldStates { get; }

    /// <summary>Takes plain lists, in any order.</summary>
    /// <param name="identifier">The identifier that all of them share.</param>
    /// <param name="here">This service.</param>
    /// <param name="model">What it takes to be a maintainer.</param>
    /// <param name="announcements">Any number of each author: only his newest counts (R14).</param>
    /// <param name="heldStates">The states that wait.</param>
    /// <param name="releasedStates">The states that are served.</param>
    /// <param name="standings">What was last released for each owner.</param>
    /// <param name="whollyKnown">Those of whose groups nothing is missing; null when nothing is missing at all.</param>
    public static RepositorySnapshot Of(
        string identifier,
        ServiceAddress here,
        MaintainerModel model,
        IReadOnlyList<AnnouncementEntry> announcements,
        IReadOnlyList<RepositoryState> heldStates,
        IReadOnlyList<RepositoryState> releasedStates,
        IReadOnlyList<Standing> standings,
        IReadOnlySet<PublicKey>? whollyKnown = null) =>
        new(identifier, here, model, announcements, heldStates, releasedStates, standings, whollyKnown);

    /// <summary>Whether all of an owner's group has been read, so that who is not confirmed for him here is not confirmed.</summary>
    public bool IsWhollyKnown(PublicKey owner) => _whollyKnown is null || _whollyKnown.Contains(owner);

    /// <summary>Those whose states count for an owner.</summary>
    /// <exception cref="ArgumentException">He is none of the <see cref="Owners"/>.</exception>
    public MaintainerSet ConfirmedFor(PublicKey owner) =>
        _confirmed.TryGetValue(owner, out var confirmed) ? confirmed : throw new ArgumentException($"{owner} owns no repository {Identifier} here", nameof(owner));

    /// <summary>The owners for whom the author's states count.</summary>
    public IReadOnlyList<PublicKey> OwnersConfirming(PublicKey author) => [.. Owners.Where(owner => _confirmed[owner].Contains(author))];

    /// <summary>The newest announcement of an author, whether or not it lists this service.</summary>
    public bool TryGetAnnouncement(PublicKey author, [NotNullWhen(true)] out AnnouncementEntry? entry) =>
        _newest.TryGetValue(author, out entry);

    /// <summary>
    /// Whether this state or a newer one has been released for the owner, by an author who is still confirmed for him (R15): one who has left
    /// outranks nobody.
    /// </summary>
    /// <remarks>
    /// The owner's own served state counts beside his standing: when what stands is by somebody who has left, nothing older than the owner's own
    /// last word may come back. Other members' served states do not, for they may be from before they joined.
    /// </remarks>
    public bool IsOutranked(RepositoryState state, PublicKey owner) =>
        (TryGetStanding(owner, out var standing) && IsSameOrNewer(standing.Id, standing.CreatedAt, state))
        || _releasedByAuthor[owner].Any(own => own.TracksRefs && IsSameOrNewer(own.Event.Id, own.Event.CreatedAt, state));

    /// <summary>Whether a newer state of the same author is served: his older one is never served again (NIP-01, R26).</summary>
    public bool IsReplaced(RepositoryState state) =>
        _releasedByAuthor[state.Author].Any(own => own.Event.Id != state.Event.Id && IsSameOrNewer(own.Event.Id, own.Event.CreatedAt, state));

    /// <summary>
    /// The states that may authorise a push to the owner's repository, newest first (R16): those that wait, by authors confirmed for him, with nothing
    /// newer released for him, and the one that stands.
    /// </summary>
    public IReadOnlyList<RepositoryState> CandidatesFor(PublicKey owner)
    {
        if (!_confirmed.TryGetValue(owner, out var confirmed))
        {
            return [];
        }

        var waiting = HeldStates.Where(state => state.TracksRefs && confirmed.Contains(state.Author) && !IsOutranked(state, owner)).Reverse();
        return StandingFor(owner) is { } standing ? [.. waiting, standing] : [.. waiting];
    }

    /// <summary>The state that stands for an owner; null when there is none, or when its author has left, replaced or deleted it.</summary>
    public RepositoryState? StandingFor(PublicKey owner) => TryGetStanding(owner, out var last)
        ? _releasedByAuthor[last.Author].FirstOrDefault(state => state.Event.Id == last.Id && state.TracksRefs)
        : null;

    /// <summary>The authors of waiting announcements without a repository here whom a confirmed member of the owner's group names (R7).</summary>
    public IReadOnlyList<PublicKey> HeldCompanionsOf(PublicKey owner)
    {
        var confirmed = ConfirmedFor(owner);
        return [.. _newest.Where(pair => pair.Value.IsHeld && !_confirmed.ContainsKey(pair.Key) && confirmed.IsNamed(pair.Key)).Select(pair => pair.Key)];
    }

    private static AnnouncementEntry Newer(AnnouncementEntry left, AnnouncementEntry right) =>
        right.Announcement.Event.IsNewerThan(left.Announcement.Event) ? right : left;

    // While an owner's announcement waits nothing has been released for him: what stands is left from a repository that was taken out of service.
    private bool TryGetStanding(PublicKey owner, out Standing standing) =>
        _standings.TryGetValue(owner, out standing!)
        && _confirmed.TryGetValue(owner, out var confirmed)
        && confirmed.Contains(standing.Author)
        && !_newest[owner].IsHeld;

    private static bool IsSameOrNewer(EventId id, long createdAt, RepositoryState state) =>
        id == state.Event.Id || EventOrder.IsNewer(createdAt, id, state.Event.CreatedAt, state.Event.Id);
}
