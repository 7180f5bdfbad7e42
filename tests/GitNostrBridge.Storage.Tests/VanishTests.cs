using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>NIP-62, and what remains of a schema 1 database.</summary>
public sealed class VanishTests : StoreTest
{
    [Fact]
    public async Task All_of_an_authors_events_go_in_bounded_steps_and_never_come_back()
    {
        NostrEvent[] served = [Issue(Alice, 1, ["t", "x"]), Of(Alice, EventKinds.Deletion, 2), Issue(Alice, 3)];
        var (later, other, request) = (Issue(Alice, 6), Issue(Bob, 1), Of(Alice, EventKinds.Vanish, 5));
        foreach (var nostrEvent in served.Concat([later, other, request]))
        {
            await SavedAsync(nostrEvent);
        }

        await HoldAsync(State(Alice, 4));

        Assert.Equal(3, await Store.VanishAsync(Alice, 5, 2, default));
        Assert.Equal(1, await Store.VanishAsync(Alice, 5, 2, default));
        Assert.Equal(0, await Store.VanishAsync(Alice, 5, 2, default));

        Assert.Equal(new[] { later.Id, request.Id, other.Id }, await ServedAsync());
        Assert.Empty(await HeldAsync());
        await ReopenAsync();
        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(served[1]));
        Assert.IsType<SaveOutcome.Deleted>(await SaveAsync(Issue(Alice, 5)));
        Assert.IsType<HoldOutcome.Deleted>(await HoldAsync(State(Alice, 4)));
    }

    [Fact]
    public async Task What_a_vanished_author_signed_stands_for_nobody()
    {
        var state = State(Alice, 3);
        await HoldAsync(state);
        await ReleaseAsync(state, Alice, Bob);

        await Store.VanishAsync(Alice, 5, 10, default);

        Assert.Empty(await Store.StandingsAsync("d", default));
    }

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_to_date_with_its_events()
    {
        var (issue, passing) = (With("some words", Alice, EventKinds.Issue, 1), Issue(Alice, 2, ["expiration", "9"]));
        await SavedAsync(issue);
        await SavedAsync(passing);
        await HoldAsync(State(Bob, 3));
        await Store.DisposeAsync();
        using (var connection = RawSql.Open(DatabaseFile))
        {
            RawSql.Execute(connection, "DROP TABLE expiring; DROP TABLE event_text; DROP TABLE vanished; DROP INDEX standing_by_event; DROP INDEX held_by_place; CREATE INDEX held_by_topic ON held (topic, created_at, id DESC); PRAGMA user_version = 1;");
        }

        await InitializeAsync();

        Assert.Equal([issue.Id], await QueryAsync(new Filter { Search = SearchPhrase.Parse("word") }));
        Assert.Equal([passing.Id], (await Store.ServedExpiredAsync(Noon, 5, default)).Select(expired => expired.Id));
        Assert.Single(await HeldAsync());
    }
}
