using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class FilterJsonTests
{
    private const string Hex = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e";

    [Fact]
    public void All_conditions_are_read()
    {
        var filter = Read($$"""{"ids":["{{Hex}}"],"authors":["{{Hex}}"],"kinds":[1,65535],"#e":["x","y"],"#P":[""],"search":"git é domain:x","since":1,"until":2,"limit":3}""");

        Assert.Equal([Hex], filter.Ids!.Select(id => id.Hex));
        Assert.Equal([Hex], filter.Authors!.Select(author => author.Hex));
        Assert.Equal([1, 65535], filter.Kinds!.Order());
        Assert.Equal(["x", "y"], filter.Tags['e'].Order());
        Assert.Equal([""], filter.Tags['P']);
        Assert.Equal("git é domain:x", filter.Search!.Text);
        Assert.Equal(["git", "é"], filter.Search.Words);
        Assert.Equal((1L, 2L, 3), (filter.Since, filter.Until, filter.Limit));
    }

    [Fact]
    public void An_empty_filter_has_no_condition()
    {
        var filter = Read("{}");

        Assert.True(filter is { Ids: null, Authors: null, Kinds: null, Since: null, Until: null, Limit: null, Tags.Count: 0 });
    }

    [Fact]
    public void Unknown_conditions_are_passed_over() =>
        Assert.Equal(7, Read("""{"seek":"x","#long":["x"],"#1":5,"#":null,"&t":{"deep":[1]},"":1,"limit":7}""").Limit);

    [Fact]
    public void Empty_lists_are_conditions_that_nothing_meets() => Assert.Empty(Read("""{"kinds":[]}""").Kinds!);

    [Fact]
    public void A_limit_beyond_counting_is_the_greatest() => Assert.Equal(int.MaxValue, Read("""{"limit":9000000000}""").Limit);

    [Theory]
    [InlineData("[]", "a filter is a JSON object")]
    [InlineData("null", "a filter is a JSON object")]
    [InlineData("""{"ids":null}""", "ids must be an array of strings")]
    [InlineData("""{"ids":"x"}""", "ids must be an array of strings")]
    [InlineData("""{"ids":[1]}""", "ids must be an array of strings")]
    [InlineData("""{"ids":[["x"]]}""", "ids must be an array of strings")]
    [InlineData("""{"ids":["7e7e"]}""", "ids must be 64 lower-case hex digits each")]
    [InlineData("""{"ids":["7E7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"]}""", "ids must be 64 lower-case hex digits each")]
    [InlineData("""{"authors":[""]}""", "authors must be 64 lower-case hex digits each")]
    [InlineData("""{"authors":{}}""", "authors must be an array of strings")]
    [InlineData("""{"kinds":1}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"kinds":["1"]}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"kinds":[1.0]}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"kinds":[-1]}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"kinds":[65536]}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"kinds":[99999999999999999999]}""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""{"#e":"x"}""", "#e must be an array of strings")]
    [InlineData("""{"#e":[null]}""", "#e must be an array of strings")]
    [InlineData("""{"since":-1}""", "since must be a whole number, zero or more")]
    [InlineData("""{"since":1.5}""", "since must be a whole number, zero or more")]
    [InlineData("""{"until":"1"}""", "until must be a whole number, zero or more")]
    [InlineData("""{"until":99999999999999999999}""", "until must be a whole number, zero or more")]
    [InlineData("""{"search":["x"]}""", "search must be a string")]
    [InlineData("""{"limit":-5}""", "limit must be a whole number, zero or more")]
    [InlineData("""{"limit":[]}""", "limit must be a whole number, zero or more")]
    [InlineData("""{"limit":1,"limit":1}""", "the filter has two conditions limit")]
    [InlineData("""{"#e":[],"\u0023e":[]}""", "the filter has two conditions #e")]
    [InlineData("""{"kinds":[1,2],"#t":["a","b","c"]}""", "a filter may hold 4 values at the most")]
    public void Anything_else_is_refused_with_the_reason(string json, string reason) => Assert.Equal(new FilterParse.Malformed(reason), Parse(json, 4));

    [Fact]
    public void As_many_values_as_allowed_are_allowed() => Assert.IsType<FilterParse.Parsed>(Parse("""{"kinds":[1,2],"#t":["a","b"]}""", 4));

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.Byte.Array[32].Array[0, 3], Gen.Int[0, 65535].Array[0, 3], Texts.Any.Array[0, 3], Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue]).Sample(
            (keys, kinds, values, time, limit) =>
            {
                var filter = new Filter
                {
                    Ids = keys.Length == 1 ? null : keys.Select(key => EventId.FromBytes(key)).ToFrozenSet(),
                    Authors = keys.Length == 2 ? null : keys.Select(key => PublicKey.FromBytes(key)).ToFrozenSet(),
                    Kinds = kinds.Length == 3 ? null : kinds.ToFrozenSet(),
                    Tags = TagFilters.Of('x', values),
                    Since = time % 2 == 0 ? null : time,
                    Until = time % 3 == 0 ? null : time,
                    Limit = limit % 2 == 0 ? null : limit,
                };
                var buffer = new ArrayBufferWriter<byte>();
                FilterJson.Write(buffer, filter);
                var read = Read(Encoding.UTF8.GetString(buffer.WrittenSpan));
                return Same(filter.Ids, read.Ids) && Same(filter.Authors, read.Authors) && Same(filter.Kinds, read.Kinds)
                    && Same(filter.Tags['x'], read.Tags['x']) && (filter.Since, filter.Until, filter.Limit) == (read.Since, read.Until, read.Limit);
            },
            time: 2);

    private static bool Same<T>(FrozenSet<T>? left, FrozenSet<T>? right) => left is null ? right is null : right is not null && left.SetEquals(right);

    private static Filter Read(string json) => Assert.IsType<FilterParse.Parsed>(Parse(json, 100)).Filter;

    private static FilterParse Parse(string json, int mostValues)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        var parsed = FilterJson.Parse(ref reader, mostValues);
        Assert.True(parsed is not FilterParse.Parsed || reader.TokenType == JsonTokenType.EndObject);
        return parsed;
    }
}
