using System.Text;
using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class ClientMessageTests
{
    private static readonly MessageLimits Limits = new(Filters: 3, ValuesPerFilter: 5);
    private static readonly NostrEvent Sample = SampleEvents.Sign();
    private static readonly string Json = Encoding.UTF8.GetString(Sample.Json.Span);

    [Fact]
    public void An_event_is_read() => Assert.Equal(Sample.Id, Assert.IsType<ClientMessage.Event>(Parse($"[\"EVENT\",{Json}]")).Published.Id);

    [Fact]
    public void An_answer_to_a_challenge_is_read() => Assert.Equal(Sample.Id, Assert.IsType<ClientMessage.Auth>(Parse($"[\"AUTH\",{Json}]")).Answer.Id);

    [Fact]
    public void A_request_has_its_filters_in_order()
    {
        var request = Assert.IsType<ClientMessage.Req>(Parse("""[ "REQ" , "sub" , {"kinds":[1]} , {"limit":2} ] """));

        Assert.Equal("sub", request.SubscriptionId);
        Assert.Equal(2, request.Filters.Count);
        Assert.Equal([1], request.Filters[0].Kinds!);
        Assert.Equal(2, request.Filters[1].Limit);
    }

    [Fact]
    public void A_count_is_read() => Assert.Equal("c", Assert.IsType<ClientMessage.Count>(Parse("""["COUNT","c",{}]""")).SubscriptionId);

    [Fact]
    public void A_close_is_read() => Assert.Equal(new ClientMessage.Close("sub"), Parse("""["CLOSE","sub"]"""));

    [Fact]
    public void Subscription_ids_have_1_to_64_characters()
    {
        Assert.IsType<ClientMessage.Close>(Parse($"[\"CLOSE\",\"{new string('x', 64)}\"]"));
        Assert.IsType<ClientMessage.Malformed>(Parse($"[\"CLOSE\",\"{new string('x', 65)}\"]"));
        Assert.IsType<ClientMessage.Malformed>(Parse("[\"CLOSE\",\"\"]"));
    }

    [Theory]
    [InlineData("", "the message is not valid JSON")]
    [InlineData("nonsense", "the message is not valid JSON")]
    [InlineData("{}", "a message is a JSON array that begins with its type")]
    [InlineData("[]", "a message is a JSON array that begins with its type")]
    [InlineData("[1]", "a message is a JSON array that begins with its type")]
    [InlineData("[\"EVENT\"]", "an event is a JSON object")]
    [InlineData("[\"EVENT\",{}]", "the event has no id")]
    [InlineData("[\"WHAT\",1]", "unknown type of message")]
    [InlineData("[\"event\",{}]", "unknown type of message")]
    [InlineData("[\"REQ\"]", "a subscription id is a text of 1 to 64 characters")]
    [InlineData("[\"REQ\",5,{}]", "a subscription id is a text of 1 to 64 characters")]
    [InlineData("[\"CLOSE\",{}]", "a subscription id is a text of 1 to 64 characters")]
    [InlineData("[\"CLOSE\",\"\\ud800\"]", "a text of the message is not valid Unicode")]
    [InlineData("[\"\\ud800\"]", "a text of the message is not valid Unicode")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "a message is a JSON array that begins with its type")]
    [InlineData("[\"EVENT\",{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[", "the message is not valid JSON")]
    public void What_names_neither_event_nor_subscription_is_refused_with_the_reason_alone(string text, string reason) =>
        Assert.Equal(new ClientMessage.Malformed(reason), Parse(text));

    [Theory]
    [InlineData("""["REQ","s"]""", "there is no filter")]
    [InlineData("""["REQ","s",[]]""", "a filter is a JSON object")]
    [InlineData("""["REQ","s",{"kinds":"x"}]""", "kinds must be an array of whole numbers from 0 to 65535")]
    [InlineData("""["REQ","s",{},{},{},{}]""", "a message may hold 3 filters at the most")]
    [InlineData("""["COUNT","s",{"kinds":[1,2,3,4,5,6]}]""", "a filter may hold 5 values at the most")]
    [InlineData("""["REQ","s",{}""", "the message is not valid JSON")]
    [InlineData("""["REQ","s",{},]""", "the message is not valid JSON")]
    [InlineData("""["REQ","s",{}] x""", "the message is not valid JSON")]
    [InlineData("""["REQ","s",{"#t":["\ud800"]}]""", "a text of the message is not valid Unicode")]
    [InlineData("""["CLOSE","s","t"]""", "the message has too many parts")]
    public void A_subscription_that_could_be_read_is_named(string text, string reason) =>
        Assert.Equal(new ClientMessage.Malformed(reason, SubscriptionId: "s"), Parse(text));

    [Theory]
    [InlineData("\"kind\":1", "\"kind\":-1", "kind must be a whole number from 0 to 65535")]
    [InlineData("\"hello\"", "\"\\ud800\"", "a text of the message is not valid Unicode")]
    [InlineData("\"hello\"", "5", "content must be a string")]
    [InlineData("\"sig\":\"", "\"sig\":\"f", "sig must be 128 lower-case hex digits")]
    [InlineData("}]", "},1]", "the message has too many parts")]
    [InlineData("}]", "}", "the message is not valid JSON")]
    public void An_event_id_that_could_be_read_is_named(string part, string replacement, string reason)
    {
        var text = $"[\"EVENT\",{Json}]".Replace(part, replacement, StringComparison.Ordinal);

        Assert.Equal(new ClientMessage.Malformed(reason, Sample.Id), Parse(text));
    }

    [Fact]
    public void An_event_id_is_found_behind_what_is_wrong() =>
        Assert.Equal(
            new ClientMessage.Malformed("kind must be a whole number from 0 to 65535", Sample.Id),
            Parse($$"""["EVENT",{"kind":[{"id":"no"}],"id":"{{Sample.Id}}"}]"""));

    [Fact]
    public void Noise_is_refused_and_nothing_is_thrown() =>
        Gen.Byte.Array[0, 200].Sample(bytes => { ClientMessage.Parse(bytes, Limits); RelayReply.Parse(bytes); }, time: 2);

    [Fact]
    public void Scrambled_messages_are_read_or_refused_and_nothing_is_thrown()
    {
        string[] shreds =
        [
            "[", "]", "{", "}", ",", ":", "\"", "\"EVENT\"", "\"REQ\"", "\"CLOSE\"", "\"COUNT\"", "\"AUTH\"", "\"OK\"", "\"id\"", "\"kinds\"", "\"#e\"", "\"limit\"",
            "true", "null", "1", "-0", "1e999", "9999999999999999999999999999", "\"\\ud800\"", "\"\\udc00\"", "\u2028", "\\", "\n", "\0", "//", Json, Sample.Id.Hex,
        ];
        Gen.OneOf(shreds).Array[0, 25].Sample(
            parts =>
            {
                var bytes = Encoding.UTF8.GetBytes(string.Concat(parts));
                ClientMessage.Parse(bytes, Limits);
                RelayReply.Parse(bytes);
            },
            time: 2);
    }

    [Fact]
    public void Messages_with_a_changed_byte_or_a_cut_end_are_read_or_refused_and_nothing_is_thrown()
    {
        var messages = new[] { $"[\"EVENT\",{Json}]", """["REQ","s",{"kinds":[1],"#e":["é"]},{"ids":[],"since":1}]""", """["CLOSE","s"]""" };
        Gen.Select(Gen.OneOf(messages), Gen.Int[0, 999], Gen.Byte, Gen.Int[0, 999]).Sample(
            (message, position, value, length) =>
            {
                var bytes = Encoding.UTF8.GetBytes(message);
                bytes[position % bytes.Length] = value;
                ClientMessage.Parse(bytes, Limits);
                ClientMessage.Parse(bytes.AsSpan(0, length % bytes.Length), Limits);
            },
            time: 2);
    }

    private static ClientMessage Parse(string text) => ClientMessage.Parse(Encoding.UTF8.GetBytes(text), Limits);
}
