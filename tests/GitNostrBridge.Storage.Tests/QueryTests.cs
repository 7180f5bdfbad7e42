using System.Collections.Frozen;
using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class QueryTests : StoreTest
{
    [Fact]
    public async Task Events_come_newest_first_then_by_lowest_id_and_each_once()
    {
        NostrEvent[] issues = [.. Enumerable.Range(0, 9).Select(number => With($"{number}", Alice, EventKinds.Issue, number / 3))];
        foreach (var issue in issues)
        {
            await SavedAsync(issue);
        }

        var expected = issues.OrderByDescending(issue => issue.CreatedAt).ThenBy(issue => issue.Id).Select(issue => issue.Id).ToList();
        Assert.Equal(expected, await QueryAsync(new Filter { Authors = [Alice] }, new Filter { Kinds = [EventKinds.Issue] }, new Filter()));
        Assert.Equal(9, await Store.CountAsync([new Filter { Authors = [Alice] }, new Filter { Limit = 2 }], default));
    }

    [Fact]
    public async Task A_limit_leaves_the_newest_of_its_own_filter()
    {
        var (a, b, c) = (Issue(Alice, 1), Issue(Alice, 2), Issue(Bob, 3));
        await SavedAsync(a);
        await SavedAsync(b);
        await SavedAsync(c);

        Assert.Equal([c.Id, b.Id], await QueryAsync(new Filter { Authors = [Alice], Limit = 1 }, new Filter { Authors = [Bob], Limit = 9 }));
        Assert.Empty(await QueryAsync(new Filter { Limit = 0 }));
        Assert.Empty(await QueryAsync(new Filter { Limit = -1 }));
    }

    [Fact]
    public async Task Bounds_leave_out_the_oldest()
    {
        var all = new List<StoredEvent>();
        foreach (var time in Enumerable.Range(0, 5))
        {
            all.Insert(0, await SavedAsync(Issue(Alice, time)));
        }

        var each = all[0].Json.Length;
        async Task<int> Found(QueryBounds bounds) => (await Store.QueryAsync([new Filter { Limit = 100 }], bounds, default)).Events.Count;
        Assert.Equal(3, await Found(new QueryBounds(3, 1 << 20)));
        Assert.Equal(2, await Found(new QueryBounds(9, (3 * each) - 1)));
        Assert.Equal(3, await Found(new QueryBounds(9, 3 * each)));
        Assert.Equal(0, await Found(new QueryBounds(9, each - 1)));
    }

    [Fact]
    public async Task Only_the_first_value_of_one_letter_tags_counts()
    {
        var issue = Issue(Alice, 1, ["t", "first", "second"], ["t", "other"], ["t"], ["long", "value"], ["T", ""], ["é", "accent"]);
        await SavedAsync(issue);

        Assert.Equal([issue.Id], await QueryAsync(TagFilter('t', "first", "other", "none")));
        Assert.Equal([issue.Id], await QueryAsync(TagFilter('T', "")));
        Assert.Equal([issue.Id], await QueryAsync(TagFilter('é', "accent")));
        Assert.Empty(await QueryAsync(TagFilter('t', "second")));
        Assert.Empty(await QueryAsync(TagFilter('t', "")));
        Assert.Empty(await QueryAsync(TagFilter('l', "value")));
        Assert.Empty(await QueryAsync(TagFilter('t', "FIRST")));
    }

    [Fact]
    public async Task A_condition_without_values_matches_nothing_and_no_filter_asks_for_nothing()
    {
        await SavedAsync(Issue(Alice, 1, ["t", "x"]));
        Filter[] empty = [new() { Ids = [] }, new() { Authors = [] }, new() { Kinds = [] }, TagFilter('t')];

        Assert.Empty(await QueryAsync(empty));
        Assert.Equal(0, await Store.CountAsync(empty, default));
        Assert.Empty(await QueryAsync());
    }

    [Fact]
    public async Task Long_lists_of_values_are_no_obstacle()
    {
        var issue = Issue(Alice, 1, ["t", "40000"], ["k", "40000"]);
        await SavedAsync(issue);
        string[] values = [.. Enumerable.Range(1, 40_000).Select(number => $"{number}")];

        var tags = TagFilter('t', values).Tags.Concat(TagFilter('k', values).Tags);
        Assert.Equal([issue.Id], await QueryAsync(new Filter { Kinds = [.. Enumerable.Range(0, 40_000)], Tags = tags.ToFrozenDictionary() }));
    }

    [Fact]
    public async Task What_is_saved_after_a_query_lies_beyond_its_horizon()
    {
        Assert.Equal(0, (await Store.QueryAsync([], Wide, default)).Horizon);
        var before = await SavedAsync(Issue(Alice, 9));

        var horizon = (await Store.QueryAsync([new Filter { Kinds = [1] }], Wide, default)).Horizon;

        Assert.Equal(before.Sequence, horizon);
        Assert.True((await SavedAsync(Issue(Alice, 1))).Sequence > horizon);
    }

    [Fact]
    public async Task The_horizon_does_not_go_back_when_the_newest_event_goes()
    {
        var issue = Issue(Alice, 1);
        var stored = await SavedAsync(issue);
        await DeleteAsync(Alice, [issue.Id]);

        Assert.Equal(stored.Sequence, (await Store.QueryAsync([new Filter()], Wide, default)).Horizon);
        Assert.True((await SavedAsync(Issue(Bob, 1))).Sequence > stored.Sequence);
    }
}
