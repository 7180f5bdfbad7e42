using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

public class RepositorySnapshotTests
{
    private static readonly RepositoryAnnouncement AliceNamesBob = Events.Listing(People.Alice, 1, ["m", People.Bob.Hex]);
    private static readonly RepositoryAnnouncement BobAccepts = Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex]);
    private static readonly RepositoryAnnouncement BobLeaves = Events.Announcement(People.Bob, 2, ["m", People.Bob.Hex, "1", "2"]);

    [Fact]
    public void R12_owners_are_those_whose_announcement_lists_the_service()
    {
        var snapshot = Snapshot([Events.Listing(People.Carol, 1), Events.Announcement(People.Bob, 1), Events.Listing(People.Alice, 1)]);

        Assert.Equal([People.Alice, People.Carol], snapshot.Owners);
        Assert.Throws<ArgumentException>(() => snapshot.ConfirmedFor(People.Bob));
        Assert.True(snapshot.TryGetAnnouncement(People.Bob, out _));
        Assert.False(snapshot.TryGetAnnouncement(People.Dave, out _));
    }

    [Fact]
    public void R14_only_the_newest_announcement_of_an_author_counts_served_or_held()
    {
        AnnouncementEntry old = new(Events.Listing(People.Alice, 1, ["m", People.Bob.Hex]), false), recent = new(Events.Listing(People.Alice, 2), true);
        AnnouncementEntry bob = new(BobAccepts, false);

        foreach (var entries in new AnnouncementEntry[][] { [old, recent, bob], [recent, bob, old] })
        {
            var snapshot = RepositorySnapshot.Of(Events.Identifier, Events.Here, MaintainerModel.Reciprocal, entries, [], [], []);

            Assert.Equal([People.Alice], snapshot.ConfirmedFor(People.Alice).Confirmed);
            Assert.True(snapshot.TryGetAnnouncement(People.Alice, out var entry));
            Assert.Same(recent, entry);
        }
    }

    [Fact]
    public void R14_of_two_announcements_in_one_second_the_lower_id_counts()
    {
        RepositoryAnnouncement[] both = [Events.Listing(People.Alice, 1, ["name", "one"]), Events.Listing(People.Alice, 1, ["name", "two"])];
        var snapshot = Snapshot(both);

        Assert.True(snapshot.TryGetAnnouncement(People.Alice, out var entry));
        Assert.Same(both.MinBy(announcement => announcement.Event.Id), entry.Announcement);
    }

    [Fact]
    public void R9_who_no_longer_lists_the_service_owns_no_repository() =>
        Assert.Empty(Snapshot([Events.Listing(People.Alice, 1), Events.Announcement(People.Alice, 2)]).Owners);

    [Fact]
    public void R14_the_newest_state_of_a_group_counts_for_each_members_repository()
    {
        var snapshot = Snapshot([AliceNamesBob, Events.Listing(People.Bob, 1, ["m", People.Alice.Hex]), Events.Listing(People.Carol, 1)]);

        Assert.Equal([People.Alice, People.Bob], snapshot.OwnersConfirming(People.Bob));
        Assert.Equal([People.Alice, People.Bob], snapshot.OwnersConfirming(People.Alice));
        Assert.Equal([People.Carol], snapshot.OwnersConfirming(People.Carol));
        Assert.Empty(snapshot.OwnersConfirming(People.Dave));
    }

    [Fact]
    public void Held_states_are_told_oldest_first_and_on_a_tie_the_higher_id_first()
    {
        RepositoryState late = State(People.Alice, 9), early = State(People.Alice, 1), one = State(People.Alice, 5, '1'), two = State(People.Alice, 5, '2');
        var (lower, higher) = one.Event.Id < two.Event.Id ? (one, two) : (two, one);

        Assert.Equal([early, higher, lower, late], Snapshot([AliceNamesBob], [lower, late, higher, early]).HeldStates);
    }

    [Fact]
    public void R15_a_released_state_outranks_itself_and_what_is_older()
    {
        RepositoryState released = State(People.Bob, 5), older = State(People.Alice, 4), newer = State(People.Alice, 6);
        var snapshot = Snapshot([AliceNamesBob, BobAccepts], [older, newer], [released], Events.Standing(People.Alice, released));

        Assert.True(snapshot.IsOutranked(older, People.Alice));
        Assert.True(snapshot.IsOutranked(released, People.Alice));
        Assert.False(snapshot.IsOutranked(newer, People.Alice));
    }

    [Fact]
    public void R26_a_state_is_replaced_by_a_newer_served_one_of_its_author_alone()
    {
        RepositoryState released = State(People.Bob, 5), older = State(People.Bob, 4), newer = State(People.Bob, 6), another = State(People.Alice, 4);
        var snapshot = Snapshot([AliceNamesBob, BobAccepts], [older, newer, another], [released]);

        Assert.True(snapshot.IsReplaced(older));
        Assert.False(snapshot.IsReplaced(newer));
        Assert.False(snapshot.IsReplaced(another));
        Assert.False(snapshot.IsReplaced(released));
    }

    [Fact]
    public void R15_on_a_tie_the_lower_id_replaces()
    {
        RepositoryState one = State(People.Alice, 5, '1'), two = State(People.Alice, 5, '2');
        var (lower, higher) = one.Event.Id < two.Event.Id ? (one, two) : (two, one);

        Assert.False(Snapshot([AliceNamesBob], [lower], [higher], Events.Standing(People.Alice, higher)).IsOutranked(lower, People.Alice));
        Assert.True(Snapshot([AliceNamesBob], [higher], [lower], Events.Standing(People.Alice, lower)).IsOutranked(higher, People.Alice));
    }

    [Fact]
    public void R15_who_has_left_does_not_outrank_whatever_the_date()
    {
        RepositoryState released = State(People.Bob, 900), older = State(People.Alice, 4);
        var standing = Events.Standing(People.Alice, released);

        Assert.True(Snapshot([AliceNamesBob, BobAccepts], [older], [released], standing).IsOutranked(older, People.Alice));
        Assert.False(Snapshot([AliceNamesBob, BobLeaves], [older], [released], standing).IsOutranked(older, People.Alice));
    }

    [Fact]
    public void R15_after_somebody_left_the_owners_own_last_state_still_outranks_what_is_older()
    {
        RepositoryState own = State(People.Alice, 100), released = State(People.Bob, 200), between = State(People.Carol, 150), older = State(People.Carol, 50);
        var snapshot = Snapshot([AliceNamesBob, BobLeaves], [between, older], [own, released], Events.Standing(People.Alice, released));

        Assert.True(snapshot.IsOutranked(older, People.Alice));
        Assert.False(snapshot.IsOutranked(between, People.Alice));
    }

    [Fact]
    public void R15_joining_moves_nothing_by_itself()
    {
        RepositoryState ofTheFork = State(People.Bob, 900), own = State(People.Alice, 4);
        var snapshot = Snapshot(
            [AliceNamesBob, Events.Listing(People.Bob, 1, ["m", People.Alice.Hex])],
            [own],
            [ofTheFork],
            Events.Standing(People.Bob, ofTheFork));

        Assert.False(snapshot.IsOutranked(own, People.Alice));
        Assert.Equal([own], snapshot.CandidatesFor(People.Alice));
        Assert.True(snapshot.IsOutranked(own, People.Bob));
        Assert.Equal([ofTheFork], snapshot.CandidatesFor(People.Bob));
    }

    [Fact]
    public void R16_candidates_are_what_waits_and_what_stands_newest_first()
    {
        RepositoryState stale = State(People.Alice, 1), standing = State(People.Bob, 2), waiting = State(People.Alice, 3), last = State(People.Bob, 4);
        var snapshot = Snapshot(
            [AliceNamesBob, BobAccepts],
            [stale, waiting, last, State(People.Carol, 5)],
            [standing, State(People.Carol, 6)],
            Events.Standing(People.Alice, standing));

        Assert.Equal([last, waiting, standing], snapshot.CandidatesFor(People.Alice));
    }

    [Fact]
    public void R16_what_stands_by_somebody_who_has_left_is_no_candidate()
    {
        RepositoryState own = State(People.Alice, 1), standing = State(People.Bob, 2);

        Assert.Empty(Snapshot([AliceNamesBob, BobLeaves], [], [own, standing], Events.Standing(People.Alice, standing)).CandidatesFor(People.Alice));
    }

    [Fact]
    public void R34_what_stands_but_was_deleted_is_no_candidate()
    {
        var deleted = State(People.Alice, 2);

        Assert.Empty(Snapshot([AliceNamesBob], [], [], Events.Standing(People.Alice, deleted)).CandidatesFor(People.Alice));
    }

    [Fact]
    public void R14_an_invitees_states_are_no_candidates() => Assert.Empty(Snapshot([AliceNamesBob], [State(People.Bob, 1)]).CandidatesFor(People.Alice));

    [Fact]
    public void R12_who_owns_no_repository_here_has_no_candidates() =>
        Assert.Empty(Snapshot([AliceNamesBob, BobAccepts], [State(People.Bob, 1)]).CandidatesFor(People.Bob));

    [Fact]
    public void R13_a_state_without_refs_is_no_candidate_and_outranks_nothing()
    {
        RepositoryState empty = Events.State(People.Alice, 900), earlier = State(People.Alice, 1);
        var released = Snapshot([AliceNamesBob], [earlier], [empty]);

        Assert.Equal([earlier], released.CandidatesFor(People.Alice));
        Assert.False(released.IsOutranked(earlier, People.Alice));
        Assert.Empty(Snapshot([AliceNamesBob], [empty]).CandidatesFor(People.Alice));
    }

    [Fact]
    public void The_listed_model_reaches_the_sets() =>
        Assert.True(RepositorySnapshot.Of(Events.Identifier, Events.Here, MaintainerModel.Listed, [new(AliceNamesBob, false)], [], [], []).ConfirmedFor(People.Alice).Contains(People.Bob));

    private static RepositoryState State(PublicKey author, long createdAt, char main = '1') => Events.State(author, createdAt, ["refs/heads/main", Events.Hex(main)]);

    private static RepositorySnapshot Snapshot(
        RepositoryAnnouncement[] announcements, RepositoryState[]? held = null, RepositoryState[]? released = null, params Standing[] standings) =>
        RepositorySnapshot.Of(
            Events.Identifier,
            Events.Here,
            MaintainerModel.Reciprocal,
            [.. announcements.Select(announcement => new AnnouncementEntry(announcement, false))],
            held ?? [],
            released ?? [],
            standings);
}
