using System.Text;
using System.Text.Json;
using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class EventJsonTests
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Author = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e";
    private static readonly string Signature = new('b', 128);

    private static readonly string Plain =
        $$"""{"id":"{{Id}}","pubkey":"{{Author}}","created_at":1700000000,"kind":1,"tags":[["e","x","y"],["lonely"],[]],"content":"hello","sig":"{{Signature}}"}""";

    [Fact]
    public void An_event_comes_back_as_it_was()
    {
        var read = Read(Plain);

        Assert.Equal((Id, Author, 1_700_000_000L, 1, "hello", Signature), (read.Id.Hex, read.Author.Hex, read.CreatedAt, read.Kind, read.Content, read.Signature));
        Assert.Equal<string[]>([["e", "x", "y"], ["lonely"], []], read.Tags.Select(tag => tag.Items.ToArray()));
        Assert.Equal(Plain, Encoding.UTF8.GetString(read.Json.Span));
    }

    [Fact]
    public void Another_spelling_is_served_in_ours()
    {
        var spelled = Plain.Replace("\"content\":\"hello\"", " \"content\" : \"h\\u0065ll\\/o\", \"extra\" : {\"deep\":[1,2.5,null]}", StringComparison.Ordinal);

        Assert.Equal(Plain.Replace("hello", "hell/o", StringComparison.Ordinal), Encoding.UTF8.GetString(Read(spelled).Json.Span));
    }

    [Fact]
    public void Empty_tags_and_tags_of_one_item_have_no_value()
    {
        var read = Read(Plain);

        Assert.Equal(["e:x", "lonely:", ":"], read.Tags.Select(tag => $"{tag.Name}:{tag.Value}"));
        Assert.Null(read.Tags[1].Value);
        Assert.Empty(read.Tags[2].Values);
        Assert.Equal("", read.Identifier);
        Assert.Null(EventAddress.Of(read));
        Assert.False(FilterMatcher.Matches(new Filter { Tags = TagFilters.Of('l', "x") }, read));
    }

    [Fact]
    public void Whatever_is_written_reads_back_to_the_byte_and_is_what_another_reader_sees() =>
        Gen.Select(Texts.Tags, Texts.Any).Sample(
            (tags, content) =>
            {
                var written = new NostrEvent(SampleId, SampleEvents.Alice.PublicKey, 7, 1, tags, content, Signature);
                var read = Read(written.Json.Span);
                using var other = JsonDocument.Parse(written.Json);
                return read.Json.Span.SequenceEqual(written.Json.Span)
                    && read.Content == content
                    && read.Tags.Zip(tags).All(pair => pair.First.Items.SequenceEqual(pair.Second.Items))
                    && other.RootElement.GetProperty("content").GetString() == content;
            },
            time: 2);

    [Theory]
    [InlineData("\"id\":\"a", "\"id\":\"A", "id must be 64 lower-case hex digits")]
    [InlineData("\"id\":\"a", "\"id\":\"", "id must be 64 lower-case hex digits")]
    [InlineData("\"pubkey\":\"7", "\"pubkey\":\"77", "pubkey must be 64 lower-case hex digits")]
    [InlineData("\"pubkey\":\"7e7e", "\"pubkey\":\"7E7E", "pubkey must be 64 lower-case hex digits")]
    [InlineData("\"sig\":\"b", "\"sig\":\"B", "sig must be 128 lower-case hex digits")]
    [InlineData("\"sig\":\"b", "\"sig\":\"", "sig must be 128 lower-case hex digits")]
    [InlineData("1700000000", "1700000000.5", "created_at must be a whole number of seconds")]
    [InlineData("1700000000", "1700000000.0", "created_at must be a whole number of seconds")]
    [InlineData("1700000000", "17e8", "created_at must be a whole number of seconds")]
    [InlineData("1700000000", "-1", "created_at must be a whole number of seconds")]
    [InlineData("1700000000", "99999999999999999999999", "created_at must be a whole number of seconds")]
    [InlineData("1700000000", "\"1700000000\"", "created_at must be a whole number of seconds")]
    [InlineData("\"kind\":1", "\"kind\":65536", "kind must be a whole number from 0 to 65535")]
    [InlineData("\"kind\":1", "\"kind\":-1", "kind must be a whole number from 0 to 65535")]
    [InlineData("\"kind\":1", "\"kind\":1.0", "kind must be a whole number from 0 to 65535")]
    [InlineData("[\"lonely\"]", "[1]", "tags must be an array of arrays of strings")]
    [InlineData("[\"lonely\"]", "[null]", "tags must be an array of arrays of strings")]
    [InlineData("[\"lonely\"]", "\"lonely\"", "tags must be an array of arrays of strings")]
    [InlineData("[\"lonely\"]", "[[\"lonely\"]]", "tags must be an array of arrays of strings")]
    [InlineData("\"hello\"", "null", "content must be a string")]
    [InlineData("\"content\":\"hello\",", "", "the event has no content")]
    [InlineData("\"kind\":1,", "", "the event has no kind")]
    [InlineData("\"kind\":1,", "\"kind\":1,\"kind\":1,", "the event has two fields kind")]
    [InlineData("\"content\":", "\"content\":\"\",\"content\":", "the event has two fields content")]
    [InlineData("\"tags\":", "\"tags\":[],\"tags\":", "the event has two fields tags")]
    [InlineData("\"content\":", "\"\\u0069d\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"content\":", "the event has two fields id")]
    [InlineData("hello", "\\ud800", "a text of the event is not valid Unicode")]
    [InlineData("lonely", "\\udc00\\ud800", "a text of the event is not valid Unicode")]
    [InlineData("hello", "\n", "the event is not valid JSON")]
    [InlineData("\"}", "\"}}", "the event is not valid JSON")]
    [InlineData("\"}", "\"} x", "the event is not valid JSON")]
    [InlineData("\"}", "\",}", "the event is not valid JSON")]
    [InlineData("\"}", "\"", "the event is not valid JSON")]
    [InlineData("{\"id\"", "[{\"id\"", "an event is a JSON object")]
    public void Anything_else_is_refused_with_the_reason(string part, string replacement, string reason)
    {
        Assert.Contains(part, Plain, StringComparison.Ordinal);
        var changed = new StringBuilder(Plain).Replace(part, replacement).ToString();

        Assert.Equal(new EventParse.Malformed(reason), EventJson.Parse(Encoding.UTF8.GetBytes(changed)));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Plain);
        bytes[Plain.IndexOf("hello", StringComparison.Ordinal)] = 0xff;

        Assert.Equal(new EventParse.Malformed("a text of the event is not valid Unicode"), EventJson.Parse(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}")]
    public void What_is_no_event_at_all_is_refused(string text) => Assert.IsType<EventParse.Malformed>(EventJson.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Changed_bytes_are_parsed_or_refused_and_nothing_is_thrown() =>
        Gen.Select(Gen.Int[0, Plain.Length - 1], Gen.Byte, Gen.Int[1, Plain.Length]).Sample(
            (position, value, length) =>
            {
                var bytes = Encoding.UTF8.GetBytes(Plain);
                bytes[position] = value;
                EventJson.Parse(bytes.AsSpan(0, length));
                EventJson.Parse(bytes);
            },
            time: 2);

    private static EventId SampleId => EventId.TryParse(Id, out var id) ? id : throw new InvalidOperationException();

    private static NostrEvent Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static NostrEvent Read(ReadOnlySpan<byte> json) => Assert.IsType<EventParse.Parsed>(EventJson.Parse(json)).Event;
}
