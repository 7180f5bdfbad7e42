using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>What stands at addresses, and whose events an identifier has.</summary>
public sealed class AddressTests : StoreTest
{
    private static readonly FrozenSet<int> Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState);

    [Fact]
    public async Task Of_the_authors_asked_for_all_of_the_kinds_and_identifier_is_found_served_and_held_and_nothing_else()
    {
        var (announcement, state, waiting) = (Announcement(Alice, 1), State(Alice, 2), State(Bob, 3));
        await SavedAsync(announcement);
        await SavedAsync(state);
        await HoldAsync(waiting);
        await SavedAsync(State(Carol, 4));
        await SavedAsync(State(Alice, 5, identifier: "other"));
        await SavedAsync(With("", Bob, EventKinds.RepositoryAnnouncement, 6, ["d", "other"], ["d", "d"]));
        await SavedAsync(With("", Bob, EventKinds.RepositoryAnnouncement, 7, ["d", "d"], ["expiration", "1000"]));
        await HoldAsync(With("", Bob, EventKinds.RepositoryState, 8, ["d", "d"], ["expiration", "1000"]));

        var found = await AtAsync(1 << 20, Alice, Bob);

        Assert.Equal(new[] { announcement.Id, state.Id }.Order(), found.Served.Select(served => served.Id).Order());
        Assert.Equal([waiting.Id], found.Held.Select(held => held.Id));
    }

    [Fact]
    public async Task What_lies_beyond_the_bytes_is_left_out()
    {
        var announcement = Announcement(Alice, 1);
        await SavedAsync(announcement);
        await HoldAsync(State(Alice, 2));

        Assert.Empty((await AtAsync(announcement.Json.Length, Alice)).Held);
        Assert.Single((await AtAsync(announcement.Json.Length, Alice)).Served);
        Assert.Empty((await AtAsync(announcement.Json.Length - 1, Alice)).Served);
    }

    [Fact]
    public async Task The_authors_under_an_identifier_are_those_of_the_kind_the_held_ones_by_their_oldest()
    {
        await SavedAsync(State(Bob, 1));
        await SavedAsync(State(Alice, 1));
        await SavedAsync(State(Carol, 1, identifier: "other"));
        await SavedAsync(Announcement(Carol, 1));
        await HoldAsync(State(Alice, 9));
        await HoldAsync(State(Carol, 5));
        await HoldAsync(State(Alice, 4));
        await HoldAsync(Announcement(Bob, 2));

        var authors = await Store.AuthorsAsync("d", EventKinds.RepositoryState, default);

        Assert.Equal([Alice, Bob], authors.Served);
        Assert.Equal([Alice, Carol], authors.Held);
    }

    [Fact]
    public async Task What_waits_under_a_topic_comes_in_parts_that_together_are_all_of_the_kinds_asked_for()
    {
        var states = Enumerable.Range(1, 7).Select(number => State(Alice, 10 - number)).ToList();
        foreach (var (state, index) in states.Select((state, index) => (state, index)))
        {
            await HoldAsync(state, since: Noon.AddMinutes(index / 2));
        }

        await HoldAsync(Announcement(Bob, 1));
        await HoldAsync(State(Bob, 1), topic: "other");
        await HoldAsync(With("", Bob, EventKinds.RepositoryState, 8, ["d", "d"], ["expiration", "1000"]), since: Noon.AddMinutes(1));

        foreach (var bounds in new[] { new QueryBounds(1, 1 << 20), new QueryBounds(3, 1 << 20), new QueryBounds(100, 1), new QueryBounds(100, 1 << 20) })
        {
            Assert.Equal(states.Select(state => state.Id).Order(), (await PartsAsync(bounds)).Order());
        }

        var one = new HeldQuery("d", Wide) { Ids = new HashSet<EventId> { states[3].Id } };
        Assert.Equal([states[3].Id], (await Store.HeldAsync(one, default)).Events.Select(held => held.Event.Id));
        Assert.Empty((await Store.HeldAsync(one with { Topic = "other" }, default)).Events);
    }

    [Fact]
    public async Task What_waits_of_some_authors_is_found_under_each_of_its_topics_and_in_parts()
    {
        var (announcement, first, second) = (Announcement(Alice, 1), State(Alice, 2), State(Alice, 3));
        await HoldAsync(second, since: Noon.AddMinutes(2));
        await HoldAsync(announcement);
        await Store.HoldAsync(new HeldEvent(first, "other", false, Noon.AddMinutes(1), Noon.AddMinutes(30)), ["d"], default);
        await HoldAsync(State(Alice, 4), topic: "other");
        await HoldAsync(State(Carol, 5));
        var query = new HeldQuery("d", Wide) { Authors = FrozenSet.Create(Alice, Bob) };

        async Task<IEnumerable<EventId>> Found(HeldQuery asked) => (await Store.HeldPartsAsync(asked, default).ToListAsync()).SelectMany(part => part).Select(held => held.Event.Id);

        Assert.Equal([announcement.Id, first.Id, second.Id], await Found(query));
        Assert.Equal([announcement.Id, first.Id, second.Id], await Found(query with { Bounds = new QueryBounds(1, 1 << 20) }));
        Assert.Equal([first.Id, second.Id], await Found(query with { Kinds = FrozenSet.Create(EventKinds.RepositoryState) }));
        Assert.Equal([second.Id], await Found(query with { Ids = FrozenSet.Create(second.Id) }));
        Assert.Empty(await Found(query with { Ids = FrozenSet.Create(second.Id), Authors = FrozenSet.Create(Carol) }));
        Assert.Empty(await Found(query with { Authors = FrozenSet<PublicKey>.Empty }));
    }

    // Whatever else waits under the topic is not looked at: neither to find what is named nor to sort.
    [Fact]
    public void What_is_named_is_found_by_its_own_index_and_the_first_part_without_sorting_all()
    {
        var all = new HeldQuery("d", Wide);

        Assert.Equal(["SEARCH held USING INDEX sqlite_autoindex_held_1 (id=?)"], Steps(all with { Ids = FrozenSet<EventId>.Empty }));
        Assert.Equal(["SEARCH held USING INDEX held_by_address (author=?)"], Steps(all with { Authors = FrozenSet<PublicKey>.Empty }));
        Assert.Contains("SEARCH held USING COVERING INDEX held_by_place (topic=? AND (held_since,id)>(?,?))", Steps(all));
        Assert.Single(Plan(all), step => step.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan(all), step => step.StartsWith("SCAN held", StringComparison.Ordinal));
    }

    private IEnumerable<string> Steps(HeldQuery query) => Plan(query).Where(step => step.StartsWith("SEARCH held ", StringComparison.Ordinal));

    private List<string> Plan(HeldQuery query)
    {
        using var raw = RawSql.Open(DatabaseFile);
        using var command = new SqliteCommand("EXPLAIN QUERY PLAN " + HeldPlaces.Sql(query), raw);
        foreach (var name in (string[])["@topic", "@kinds", "@ids", "@authors", "@since", "@id", "@most"])
        {
            command.Parameters.AddWithValue(name, DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }

    private async Task<List<EventId>> PartsAsync(QueryBounds bounds)
    {
        var found = new List<HeldEvent>();
        var query = new HeldQuery("d", bounds) { Kinds = FrozenSet.Create(EventKinds.RepositoryState) };
        for (var goesOn = true; goesOn;)
        {
            var part = await Store.HeldAsync(query, default);
            found.AddRange(part.Events);
            (query, goesOn) = (query with { After = part.Next }, part.Next is not null);
        }

        Assert.Equal(found.Select(held => held.HeldSince).Order(), found.Select(held => held.HeldSince));
        return [.. found.Select(held => held.Event.Id)];
    }

    private Task<AddressedEvents> AtAsync(long mostBytes, params PublicKey[] authors) =>
        Store.AtAsync(new AddressedQuery("d", Kinds, authors.ToFrozenSet(), mostBytes), default);
}
