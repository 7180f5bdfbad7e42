using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class HoldTests : StoreTest
{
    [Fact]
    public async Task A_held_event_comes_back_as_it_was_given()
    {
        var given = new HeldEvent(State(Alice, 1), "topic ü\0", ReplacesOlder: true, Noon, Noon.AddHours(1));
        Assert.IsType<HoldOutcome.Held>(await Store.HoldAsync(given, default));

        var held = Assert.Single(await WaitingAsync(given.Topic));

        Assert.Equal(given, held with { Event = given.Event });
        Assert.Equal(given.Event.Json.ToArray(), held.Event.Json.ToArray());
        Assert.Equal([given.Topic], await Store.HeldTopicsAsync(default));
        Assert.Empty(await WaitingAsync("topic ü"));
    }

    [Fact]
    public async Task What_is_held_or_served_is_not_held_again()
    {
        var (waiting, visible) = (State(Alice, 1), State(Bob, 1));
        await HoldAsync(waiting);
        await SavedAsync(visible);

        Assert.Equal(new HoldOutcome.Duplicate(IsServed: false), await HoldAsync(waiting, since: Noon.AddHours(1)));
        Assert.Equal(new HoldOutcome.Duplicate(IsServed: true), await HoldAsync(visible));
        Assert.Equal(Noon, Assert.Single(await WaitingAsync()).HeldSince);
    }

    [Fact]
    public async Task A_held_event_can_be_given_another_deadline_and_one_that_has_gone_cannot()
    {
        var (waiting, gone) = (State(Alice, 1), State(Alice, 2));
        await HoldAsync(waiting);

        Assert.True(await Store.RescheduleAsync(waiting.Id, Noon.AddDays(1), default));
        Assert.False(await Store.RescheduleAsync(gone.Id, Noon.AddDays(1), default));

        Assert.Equal(Noon.AddDays(1), Assert.Single(await WaitingAsync()).Deadline);
        Assert.Empty(await Store.ExpiredAsync(Noon.AddHours(23), 10, default));
    }

    [Fact]
    public async Task States_wait_side_by_side_the_longest_waiting_first_and_on_a_tie_the_lower_id_first()
    {
        var (last, first, (lower, higher)) = (State(Alice, 1), State(Alice, 9), Twins(Alice, 5));
        foreach (var (state, minute) in new[] { (last, 9), (lower, 5), (higher, 5), (first, 1) })
        {
            Assert.IsType<HoldOutcome.Held>(await HoldAsync(state, since: Noon.AddMinutes(minute)));
        }

        Assert.Equal([first.Id, lower.Id, higher.Id, last.Id], await HeldAsync());
    }

    [Fact]
    public async Task One_that_replaces_older_ones_takes_their_place_and_their_beginning()
    {
        var (older, newer) = (Announcement(Alice, 1), Announcement(Alice, 2));
        await HoldAsync(older, replacesOlder: true);

        Assert.IsType<HoldOutcome.Held>(await HoldAsync(newer, replacesOlder: true, since: Noon.AddMinutes(5)));

        var held = Assert.Single(await WaitingAsync());
        Assert.Equal(newer.Id, held.Event.Id);
        Assert.Equal(Noon, held.HeldSince);
        Assert.Equal(Noon.AddMinutes(35), held.Deadline);
    }

    [Fact]
    public async Task One_that_replaces_older_ones_is_superseded_by_a_newer_held_one_with_the_lower_id_winning_a_tie()
    {
        var (first, second) = (Announcement(Alice, 7, "one"), Announcement(Alice, 7, "other"));
        var (lower, higher) = first.Id < second.Id ? (first, second) : (second, first);
        await HoldAsync(higher, replacesOlder: true);

        Assert.IsType<HoldOutcome.Held>(await HoldAsync(lower, replacesOlder: true));
        Assert.IsType<HoldOutcome.Superseded>(await HoldAsync(higher, replacesOlder: true));
        Assert.IsType<HoldOutcome.Superseded>(await HoldAsync(Announcement(Alice, 6), replacesOlder: true));
        Assert.IsType<HoldOutcome.Held>(await HoldAsync(Announcement(Bob, 6), replacesOlder: true));
        Assert.Equal(2, (await HeldAsync()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_newer_served_event_at_its_address_supersedes_it(bool replacesOlder)
    {
        await SavedAsync(State(Alice, 5));
        await SavedAsync(State(Bob, 9));

        Assert.IsType<HoldOutcome.Superseded>(await HoldAsync(State(Alice, 4), replacesOlder));
        Assert.IsType<HoldOutcome.Held>(await HoldAsync(State(Alice, 6), replacesOlder));
    }

    [Fact]
    public async Task Holding_leaves_the_served_event_at_its_address_alone()
    {
        var served = Announcement(Alice, 1);
        await SavedAsync(served);

        await HoldAsync(Announcement(Alice, 2), replacesOlder: true);

        Assert.Equal([served.Id], await ServedAsync());
    }

    [Fact]
    public async Task Dropped_events_are_forgotten_and_may_come_again()
    {
        var (one, other, visible) = (State(Alice, 1), State(Alice, 2), State(Bob, 2));
        await HoldAsync(one);
        await HoldAsync(other);
        await SavedAsync(visible);

        Assert.Equal(1, await Store.DropAsync([one.Id, one.Id, visible.Id, Issue(Bob, 1).Id], default));
        Assert.Equal(0, await Store.DropAsync([], default));

        Assert.Equal([other.Id], await HeldAsync());
        Assert.Equal([visible.Id], await ServedAsync());
        Assert.IsType<HoldOutcome.Held>(await HoldAsync(one));
    }

    [Fact]
    public async Task What_waits_is_counted_in_all_and_by_author_and_listed_by_topic()
    {
        await HoldAsync(State(Alice, 1), topic: "b");
        await HoldAsync(State(Alice, 2), topic: "a");
        await HoldAsync(State(Bob, 2), topic: "a");

        Assert.Equal(new HeldCount(3, 2), await Store.CountHeldAsync(Alice, default));
        Assert.Equal(new HeldCount(3, 0), await Store.CountHeldAsync(Carol, default));
        Assert.Equal(["a", "b"], await Store.HeldTopicsAsync(default));
    }

    [Fact]
    public async Task One_that_waits_under_several_topics_is_found_under_each_until_it_goes()
    {
        var (wide, other) = (State(Alice, 1), State(Bob, 2));
        await Store.HoldAsync(new HeldEvent(wide, "b", false, Noon, Noon.AddMinutes(30)), ["a", "b", "a"], default);
        await HoldAsync(other, topic: "a", since: Noon.AddMinutes(1));

        Assert.Equal(["a", "b"], await Store.HeldTopicsAsync(default));
        Assert.Equal([wide.Id, other.Id], await HeldAsync("a"));
        Assert.Equal([wide.Id], await HeldAsync("b"));
        Assert.Equal(new HeldCount(2, 1), await Store.CountHeldAsync(Alice, default));

        await ReleaseAsync(wide);

        Assert.Equal(["a"], await Store.HeldTopicsAsync(default));
        Assert.Equal([other.Id], await HeldAsync("a"));
    }

    [Fact]
    public async Task What_has_waited_in_vain_is_remembered_until_it_is_held_again_or_its_time_is_over()
    {
        var (one, other, dropped) = (State(Alice, 1), State(Alice, 2), State(Alice, 3));
        await HoldAsync(one);
        await HoldAsync(other);
        await HoldAsync(dropped);

        Assert.Equal(2, await Store.ExpireAsync([one.Id, other.Id, Issue(Bob, 1).Id], Noon, default));
        await Store.DropAsync([dropped.Id], default);
        await ReopenAsync();

        Assert.Empty(await HeldAsync());
        Assert.True(await Store.HasExpiredAsync(one.Id, Noon, default));
        Assert.False(await Store.HasExpiredAsync(one.Id, Noon.AddTicks(1), default));
        Assert.False(await Store.HasExpiredAsync(dropped.Id, Noon, default));
        Assert.False(await Store.HasExpiredAsync(Issue(Bob, 1).Id, Noon, default));

        Assert.IsType<HoldOutcome.Held>(await HoldAsync(one));
        Assert.False(await Store.HasExpiredAsync(one.Id, Noon, default));
        Assert.Equal(0, await Store.ForgetExpiredAsync(Noon, default));
        Assert.Equal(1, await Store.ForgetExpiredAsync(Noon.AddTicks(1), default));
        Assert.False(await Store.HasExpiredAsync(other.Id, Noon, default));
    }

    [Fact]
    public async Task What_waits_is_counted_by_kind_and_read_page_by_page_the_longest_waiting_first()
    {
        var (first, second, third) = (State(Alice, 9), Announcement(Alice, 1), State(Bob, 5));
        await HoldAsync(third, since: Noon.AddMinutes(2));
        await HoldAsync(first, since: Noon);
        await HoldAsync(second, since: Noon.AddMinutes(1));

        Assert.Equal([new HeldKind(second.Kind, 1, Noon.AddMinutes(1)), new HeldKind(first.Kind, 2, Noon)], await Store.HeldKindsAsync(default));
        var page = await Store.HeldAfterAsync(null, 2, default);
        Assert.Equal([first.Id, second.Id], page.Select(held => held.Event.Id));
        Assert.Equal([third.Id], (await Store.HeldAfterAsync(new HeldPlace(page[1].HeldSince, page[1].Event.Id), 2, default)).Select(held => held.Event.Id));
        Assert.Empty(await Store.HeldAfterAsync(null, 0, default));
    }

    [Fact]
    public async Task What_has_reached_its_deadline_is_told_the_most_overdue_first()
    {
        var (first, second, third) = (State(Alice, 3), State(Alice, 2), State(Alice, 1));
        await HoldAsync(second, since: Noon.AddMinutes(1));
        await HoldAsync(third, since: Noon.AddMinutes(2));
        await HoldAsync(first, since: Noon);

        async Task<EventId[]> Expired(int minutes, int most) =>
            [.. (await Store.ExpiredAsync(Noon.AddMinutes(minutes), most, default)).Select(held => held.Event.Id)];

        Assert.Empty(await Expired(29, 10));
        Assert.Equal([first.Id, second.Id], await Expired(31, 10));
        Assert.Equal([first.Id], await Expired(99, 1));
        Assert.Empty(await Expired(99, 0));
    }
}
