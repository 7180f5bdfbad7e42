using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class ReleaseTests : StoreTest
{
    [Fact]
    public async Task Released_events_become_served_in_the_order_given()
    {
        var (state, announcement) = (State(Alice, 1), Announcement(Alice, 2));
        await HoldAsync(state);
        await HoldAsync(announcement, replacesOlder: true);

        var released = await Store.ReleaseAsync([new(announcement.Id, []), new(state.Id, [Alice])], default);

        Assert.Equal([announcement.Id, state.Id], released.Select(stored => stored.Id));
        Assert.True(released[0].Sequence < released[1].Sequence);
        Assert.Equal([announcement.Id, state.Id], await ServedAsync());
        Assert.Empty(await HeldAsync());
        Assert.Equal([state.Id], await QueryAsync(TagFilter('d', "d") with { Kinds = [EventKinds.RepositoryState] }));
    }

    [Fact]
    public async Task What_is_not_held_or_was_overtaken_is_left_out_and_stands_for_nobody()
    {
        var (overtaken, served, unknown) = (State(Alice, 1), State(Alice, 2), State(Bob, 1));
        await HoldAsync(overtaken);
        await SavedAsync(served);

        var released = await Store.ReleaseAsync(
            [new(overtaken.Id, [Alice]), new(served.Id, [Alice]), new(unknown.Id, [Alice])], default);

        Assert.Empty(released);
        Assert.Equal([served.Id], await ServedAsync());
        Assert.Equal([overtaken.Id], await HeldAsync());
        Assert.Empty(await Store.StandingsAsync("d", default));
    }

    [Fact]
    public async Task A_release_replaces_the_older_event_at_its_address()
    {
        var (older, newer) = (State(Alice, 1), State(Alice, 2));
        await HoldAsync(newer);
        await SavedAsync(older);

        await ReleaseAsync(newer);

        Assert.Equal([newer.Id], await ServedAsync());
    }

    [Fact]
    public async Task The_last_release_stands_for_each_owner_of_a_topic()
    {
        var (ofAlice, ofBob, elsewhere) = (State(Alice, 5), State(Bob, 3), State(Bob, 9, "other"));
        await HoldAsync(ofAlice);
        await HoldAsync(ofBob);
        await HoldAsync(elsewhere, topic: "other");

        await ReleaseAsync(ofAlice, Alice, Bob);
        await ReleaseAsync(ofBob, Bob, Carol);
        await ReleaseAsync(elsewhere, Alice);

        var standings = await Store.StandingsAsync("d", default);
        Assert.Equal(
            [new Standing(Alice, ofAlice.Id, Alice, 5), new(Bob, ofBob.Id, Bob, 3), new(Carol, ofBob.Id, Bob, 3)],
            standings.OrderBy(standing => standing.Owner.Hex, StringComparer.Ordinal));
        Assert.Equal([new Standing(Alice, elsewhere.Id, Bob, 9)], await Store.StandingsAsync("other", default));
    }

    [Fact]
    public async Task Two_events_of_one_address_released_together_leave_the_newer()
    {
        var (older, newer) = (State(Alice, 1), State(Alice, 2));
        await HoldAsync(older);
        await HoldAsync(newer);

        var released = await Store.ReleaseAsync([new(older.Id, [Bob]), new(newer.Id, [Alice])], default);

        Assert.Equal(2, released.Count);
        Assert.Equal([newer.Id], await ServedAsync());
        Assert.Equal(2, (await Store.StandingsAsync("d", default)).Count);
    }
}
