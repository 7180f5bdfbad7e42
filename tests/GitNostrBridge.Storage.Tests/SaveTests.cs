using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class SaveTests : StoreTest
{
    [Fact]
    public async Task A_saved_event_is_served_byte_for_byte()
    {
        var issue = With("line\n\"quoted\" ü 🦤 \u2028", Alice, EventKinds.Issue, long.MaxValue, ["t", "ü\0"], ["x"], []);

        var stored = await SavedAsync(issue);

        var found = Assert.Single((await Store.QueryAsync([new Filter()], Wide, default)).Events);
        Assert.Equal(stored.Sequence, found.Sequence);
        Assert.Equal(issue.Id, found.Id);
        Assert.Equal(issue.Json.ToArray(), found.Json.ToArray());
        Assert.Equal(issue.Id, found.Read().Id);
    }

    [Fact]
    public async Task Saving_twice_is_a_duplicate()
    {
        var issue = Issue(Alice, 0);
        await SavedAsync(issue);

        Assert.IsType<SaveOutcome.Duplicate>(await SaveAsync(issue));
        Assert.Equal([issue.Id], await ServedAsync());
    }

    [Fact]
    public async Task Later_events_have_greater_sequences()
    {
        var first = await SavedAsync(Issue(Alice, 9));
        var second = await SavedAsync(Issue(Alice, 1));

        Assert.True(second.Sequence > first.Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10002)]
    [InlineData(EventKinds.RepositoryAnnouncement)]
    [InlineData(EventKinds.RepositoryState)]
    public async Task Of_a_replaceable_or_addressable_kind_the_newest_stands(int kind)
    {
        var (older, newer) = (Of(Alice, kind, 1, ["d", "d"], ["t", "old"]), Of(Alice, kind, 2, ["d", "d"]));
        await SavedAsync(older);
        await SavedAsync(newer);

        Assert.Equal([newer.Id], await ServedAsync());
        Assert.Empty(await QueryAsync(TagFilter('t', "old")));
        Assert.IsType<SaveOutcome.Superseded>(await SaveAsync(older));
        Assert.Equal([newer.Id], await ServedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_events_of_one_second_the_lower_id_stands(bool lowerFirst)
    {
        var (lower, higher) = Twins(Alice, 5);
        var (first, second) = lowerFirst ? (lower, higher) : (higher, lower);
        await SavedAsync(first);

        var outcome = await SaveAsync(second);

        Assert.Equal(lowerFirst, outcome is SaveOutcome.Superseded);
        Assert.Equal([lower.Id], await ServedAsync());
    }

    [Fact]
    public async Task Addresses_differ_by_kind_author_and_identifier_byte_by_byte()
    {
        NostrEvent[] all =
        [
            State(Alice, 1, "d"), State(Alice, 1, "D"), State(Alice, 1, ""), State(Alice, 1, "d\0"), State(Alice, 1, "d\0x"),
            State(Alice, 1, "é"), State(Alice, 1, "e\u0301"), State(Bob, 1, "d"), Announcement(Alice, 1),
        ];
        foreach (var nostrEvent in all)
        {
            await SavedAsync(nostrEvent);
        }

        Assert.Equal(all.Length, (await ServedAsync()).Count);
    }

    [Fact]
    public async Task The_identifier_of_a_replaceable_kind_plays_no_part_and_ordinary_kinds_stand_side_by_side()
    {
        await SavedAsync(Of(Alice, 10002, 1, ["d", "x"]));
        await SavedAsync(Of(Alice, 10002, 2, ["d", "y"]));
        await SavedAsync(Issue(Alice, 1, ["d", "x"]));
        await SavedAsync(Issue(Alice, 2, ["d", "x"]));

        Assert.Equal(3, (await ServedAsync()).Count);
    }

    [Fact]
    public async Task Saving_a_held_event_makes_it_served()
    {
        var state = State(Alice, 1);
        await HoldAsync(state);

        await SavedAsync(state);

        Assert.Equal([state.Id], await ServedAsync());
        Assert.Empty(await HeldAsync());
    }
}
