using System.Collections.Frozen;

namespace GitNostrBridge.Nostr.Tests;

public sealed class FilterMatcherTests
{
    private static readonly NostrEvent Sample = SampleEvents.Sign(
        kind: 30617, createdAt: 1_000, tags: [new("d", "repo"), new("t", "a", "second"), new("t", "b"), new("lonely"), new("p"), new(), new("", "empty"), new("tt", "long")]);

    public static TheoryData<string, Filter, bool> Cases => new()
    {
        { "no condition", new Filter(), true },
        { "id", new Filter { Ids = Set(Sample.Id) }, true },
        { "one id of two", new Filter { Ids = Set(default, Sample.Id) }, true },
        { "another id", new Filter { Ids = Set(default(EventId)) }, false },
        { "no id", new Filter { Ids = Set<EventId>() }, false },
        { "author", new Filter { Authors = Set(SampleEvents.Alice.PublicKey) }, true },
        { "another author", new Filter { Authors = Set(SampleEvents.Bob.PublicKey) }, false },
        { "no author", new Filter { Authors = Set<PublicKey>() }, false },
        { "kind", new Filter { Kinds = Set(30617, 1) }, true },
        { "another kind", new Filter { Kinds = Set(1) }, false },
        { "no kind", new Filter { Kinds = Set<int>() }, false },
        { "since the same second", new Filter { Since = 1_000 }, true },
        { "since a second later", new Filter { Since = 1_001 }, false },
        { "until the same second", new Filter { Until = 1_000 }, true },
        { "until a second earlier", new Filter { Until = 999 }, false },
        { "a limit of zero", new Filter { Limit = 0 }, true },
        { "tag", new Filter { Tags = TagFilters.Of('d', "repo") }, true },
        { "second tag of a name", new Filter { Tags = TagFilters.Of('t', "x", "b") }, true },
        { "second value of a tag", new Filter { Tags = TagFilters.Of('t', "second") }, false },
        { "upper case name", new Filter { Tags = TagFilters.Of('T', "a") }, false },
        { "value in another case", new Filter { Tags = TagFilters.Of('d', "Repo") }, false },
        { "tag without value", new Filter { Tags = TagFilters.Of('p', "") }, false },
        { "no value", new Filter { Tags = TagFilters.Of('d') }, false },
        { "name that only begins alike", new Filter { Tags = TagFilters.Of('l', "lonely") }, false },
        { "all conditions", new Filter { Ids = Set(Sample.Id), Authors = Set(Sample.Author), Kinds = Set(30617), Since = 1, Until = 2_000, Tags = TagFilters.Of('d', "repo") }, true },
        { "all conditions but one", new Filter { Ids = Set(Sample.Id), Authors = Set(Sample.Author), Kinds = Set(1), Since = 1, Until = 2_000 }, false },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Every_condition_must_hold(string name, Filter filter, bool matches)
    {
        Assert.True(matches == FilterMatcher.Matches(filter, Sample), name);
        Assert.Equal(matches, FilterMatcher.MatchesAny([filter], Sample));
        Assert.True(FilterMatcher.MatchesAny([filter, new Filter()], Sample));
    }

    [Fact]
    public void Two_tag_conditions_must_both_hold()
    {
        var both = new Dictionary<char, FrozenSet<string>> { ['d'] = Set("repo"), ['t'] = Set("a") }.ToFrozenDictionary();
        var one = new Dictionary<char, FrozenSet<string>> { ['d'] = Set("repo"), ['t'] = Set("x") }.ToFrozenDictionary();

        Assert.True(FilterMatcher.Matches(new Filter { Tags = both }, Sample));
        Assert.False(FilterMatcher.Matches(new Filter { Tags = one }, Sample));
    }

    [Fact]
    public void No_filter_matches_nothing() => Assert.False(FilterMatcher.MatchesAny([], Sample));

    private static FrozenSet<T> Set<T>(params T[] values) => values.ToFrozenSet();
}
