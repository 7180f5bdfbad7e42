using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class FilterSqlTests : StoreTest
{
    public static TheoryData<string> Shapes => [.. ByName.Keys];

    private static readonly FrozenSet<int> Two = [EventKinds.Issue, EventKinds.Patch];

    private static readonly Dictionary<string, Filter> ByName = new()
    {
        ["kinds, authors, #d"] = TagFilter('d', "x") with { Kinds = [EventKinds.RepositoryState], Authors = [Alice] },
        ["kinds, authors, #d of many"] = TagFilter('d', "x", "y") with { Kinds = Two, Authors = [Alice, Bob] },
        ["authors, #t"] = TagFilter('t', "x") with { Authors = [Alice] },
        ["many authors"] = new() { Authors = [.. Enumerable.Range(0, 99).Select(Key)] },
        ["#e of many"] = TagFilter('e', [.. Enumerable.Range(0, 99).Select(number => $"{number}")]),
        ["kinds, #a"] = TagFilter('a', "x") with { Kinds = Two },
        ["kinds, #d"] = TagFilter('d', "x") with { Kinds = [EventKinds.RepositoryState] },
        ["ids"] = new() { Ids = [default] },
        ["authors, kinds"] = new() { Authors = [Alice], Kinds = Two },
        ["authors"] = new() { Authors = [Alice] },
        ["#e"] = TagFilter('e', "x"),
        ["#e, since, until"] = TagFilter('e', "x") with { Since = 5, Until = 9 },
        ["#a, #t"] = new() { Tags = TagFilter('a', "x").Tags.Concat(TagFilter('t', "y").Tags).ToFrozenDictionary() },
        ["ids, #t"] = TagFilter('t', "x", "y") with { Ids = [default] },
        ["kinds, since"] = new() { Kinds = Two, Since = 5 },
        ["kinds"] = new() { Kinds = [EventKinds.RepositoryAnnouncement] },
        ["search"] = new() { Search = SearchPhrase.Parse("git") },
        ["kinds, search"] = new() { Kinds = Two, Search = SearchPhrase.Parse("git bridge") },
        ["ids, search"] = new() { Ids = [default], Search = SearchPhrase.Parse("git") },
        ["since"] = new() { Since = 5 },
        ["nothing"] = new(),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_of_filter_is_answered_by_an_index(string shape)
    {
        var sql = new FilterSql(ByName[shape], Noon);
        foreach (var step in Plan(sql, sql.Newest).Concat(Plan(sql, sql.Sequences)))
        {
            Assert.False(
                step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("json_each", StringComparison.Ordinal)
                && !step.Contains("event_text VIRTUAL TABLE INDEX 0:M", StringComparison.Ordinal)
                && !(shape == "nothing" && step.Contains("event_by_time", StringComparison.Ordinal)),
                step);
        }
    }

    [Theory]
    [InlineData("kinds")]
    [InlineData("kinds, since")]
    [InlineData("ids")]
    [InlineData("since")]
    [InlineData("nothing")]
    public void Rows_come_out_of_the_index_in_the_order_of_the_answer(string shape)
    {
        var sql = new FilterSql(ByName[shape], Noon);

        Assert.DoesNotContain(Plan(sql, sql.Newest), step => step.Contains("ORDER BY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kinds, #a")]
    [InlineData("#e")]
    public void Rows_of_one_tag_value_are_sorted_only_among_those_of_one_second(string shape)
    {
        var sql = new FilterSql(ByName[shape], Noon);

        Assert.DoesNotContain(Plan(sql, sql.Newest), step => step == "USE TEMP B-TREE FOR ORDER BY");
    }

    [Fact]
    public void Values_never_stand_in_the_text()
    {
        const string evil = "'; DROP TABLE event; --";
        var sql = new FilterSql(TagFilter('t', evil, "x") with { Authors = [Alice, Bob], Kinds = Two, Since = 12345, Until = 67890 }, Noon);

        Assert.DoesNotContain("DROP", sql.Newest, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", sql.Newest, StringComparison.Ordinal);
        Assert.DoesNotContain(Alice.Hex, sql.Newest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_driving_values_find_what_few_find()
    {
        var (older, newer) = (Issue(Alice, 1, ["e", "1"], ["e", "2"]), Issue(Key(5), 2, ["e", "2"], ["e", "98"]));
        await SavedAsync(older);
        await SavedAsync(newer);

        Assert.Equal([newer.Id, older.Id], await QueryAsync(ByName["#e of many"] with { Limit = 2 }));
        Assert.Equal(2, await Store.CountAsync([ByName["#e of many"]], default));
        Assert.Equal([newer.Id], await QueryAsync(ByName["many authors"]));
        Assert.Equal([newer.Id], await QueryAsync(new Filter { Kinds = [.. Enumerable.Range(1_600, 99)], Limit = 1 }));
        Assert.Equal([older.Id], await QueryAsync(new Filter { Ids = [older.Id, .. Enumerable.Range(0, 99).Select(number => Issue(Bob, number).Id)] }));
    }

    private List<string> Plan(FilterSql sql, string text)
    {
        using var raw = RawSql.Open(DatabaseFile);
        using var command = new SqliteCommand("EXPLAIN QUERY PLAN " + text, raw);
        foreach (var (name, value) in sql.Parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.Parameters.AddWithValue(FilterSql.Most, 10);
        command.Parameters.AddWithValue(FilterSql.Driver, sql.DrivingValues[0]);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        Assert.NotEmpty(steps);
        return steps;
    }
}
