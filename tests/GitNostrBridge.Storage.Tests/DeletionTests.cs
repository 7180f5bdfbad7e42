using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class DeletionTests : StoreTest
{
    private static readonly EventAddress OfAlice = new(EventKinds.RepositoryState, Alice, "d");

    [Fact]
    public async Task An_authors_events_go_by_id_served_and_held_and_stay_refused()
    {
        var (served, held) = (Issue(Alice, 1, ["t", "x"]), State(Alice, 2));
        await SavedAsync(served);
        await HoldAsync(held);

        Assert.Equal([served.Id, held.Id], await DeleteAsync(Alice, [served.Id, held.Id]));

        Assert.Empty(await ServedAsync());
        Assert.Empty(await QueryAsync(TagFilter('t', "x")));
        Assert.Empty(await HeldAsync());
        await ReopenAsync();
        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(served));
        Assert.IsType<HoldOutcome.Deleted>(await HoldAsync(held));
    }

    [Fact]
    public async Task Events_of_others_are_not_touched()
    {
        var (served, held) = (Issue(Alice, 1), State(Alice, 2));
        await SavedAsync(served);
        await HoldAsync(held);

        Assert.Empty(await DeleteAsync(Bob, [served.Id, held.Id]));
        Assert.Empty(await DeleteAtAsync(Bob, OfAlice, until: 9));

        Assert.Equal([served.Id], await ServedAsync());
        Assert.Equal([held.Id], await HeldAsync());
        Assert.Single(await ReleaseAsync(held));
    }

    [Fact]
    public async Task An_unknown_id_is_refused_later_only_from_the_author_of_the_deletion()
    {
        var (ofAlice, ofBob) = (Issue(Alice, 1), Issue(Bob, 1));

        Assert.Empty(await DeleteAsync(Alice, [ofAlice.Id, ofBob.Id]));

        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(ofAlice));
        await SavedAsync(ofBob);
    }

    [Fact]
    public async Task An_address_is_emptied_up_to_the_deletions_time()
    {
        var (served, waiting, later) = (State(Alice, 1), State(Alice, 5), State(Alice, 6));
        await SavedAsync(served);
        await HoldAsync(waiting);
        await HoldAsync(later);

        Assert.Equal([served.Id, waiting.Id], await DeleteAtAsync(Alice, OfAlice, until: 5));

        Assert.Equal([later.Id], await HeldAsync());
        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(State(Alice, 5, content: "new")));
        Assert.IsType<HoldOutcome.Deleted>(await HoldAsync(waiting));
        await SavedAsync(State(Alice, 5, "elsewhere"));
        await SavedAsync(State(Alice, 6, content: "new"));
    }

    [Fact]
    public async Task An_earlier_deletion_does_not_shorten_a_later_one()
    {
        await DeleteAtAsync(Alice, OfAlice, until: 5);
        await DeleteAtAsync(Alice, OfAlice, until: 3);

        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(State(Alice, 4)));
    }

    [Fact]
    public async Task A_newer_event_at_the_address_survives()
    {
        var served = State(Alice, 6);
        await SavedAsync(served);

        Assert.Empty(await DeleteAtAsync(Alice, OfAlice, until: 5));

        Assert.Equal([served.Id], await ServedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deletions_themselves_are_never_deleted(bool known)
    {
        var deletion = Of(Alice, EventKinds.Deletion, 1);
        if (known)
        {
            await SavedAsync(deletion);
        }

        Assert.Empty(await DeleteAsync(Alice, [deletion.Id]));

        await SaveAsync(deletion);
        Assert.Equal([deletion.Id], await ServedAsync());
    }

    [Fact]
    public async Task What_was_deleted_stands_for_nobody_any_more()
    {
        var (byId, byAddress) = (State(Alice, 1), State(Bob, 1));
        foreach (var state in new[] { byId, byAddress })
        {
            await HoldAsync(state);
            await ReleaseAsync(state, state.Author);
        }

        await DeleteAsync(Bob, [byId.Id]);
        Assert.Equal(2, (await Store.StandingsAsync("d", default)).Count);
        await DeleteAsync(Alice, [byId.Id]);
        await DeleteAtAsync(Bob, new EventAddress(EventKinds.RepositoryState, Bob, "d"), until: 1);

        Assert.Empty(await Store.StandingsAsync("d", default));
    }
}
