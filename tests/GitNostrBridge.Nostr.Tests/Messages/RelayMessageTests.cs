using System.Text;
using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class RelayMessageTests
{
    private static readonly NostrEvent Sample = SampleEvents.Sign(content: "\"é\"\n");

    [Fact]
    public void Every_message_is_spelled_as_NIP_01_has_it()
    {
        var json = Encoding.UTF8.GetString(Sample.Json.Span);

        Assert.Equal($"[\"EVENT\",\"s\",{json}]", Text(RelayMessage.Event("s", Sample.Json.Span)));
        Assert.Equal($"[\"OK\",\"{Sample.Id}\",true,\"\"]", Text(RelayMessage.Ok(Sample.Id, true, "")));
        Assert.Equal($"[\"OK\",\"{Sample.Id}\",false,\"blocked: no\"]", Text(RelayMessage.Ok(Sample.Id, false, MessagePrefix.Blocked.Before("no"))));
        Assert.Equal("""["EOSE","s"]""", Text(RelayMessage.Eose("s")));
        Assert.Equal("""["CLOSED","s","error: broken"]""", Text(RelayMessage.Closed("s", MessagePrefix.Error.Before("broken"))));
        Assert.Equal("""["NOTICE","a \"b\"\u0001"]""", Text(RelayMessage.Notice("a \"b\"\u0001")));
        Assert.Equal("""["COUNT","s",{"count":12345678901}]""", Text(RelayMessage.Count("s", 12345678901)));
        Assert.Equal("""["AUTH","challenge"]""", Text(RelayMessage.Auth("challenge")));
    }

    [Fact]
    public void The_prefixes_are_those_of_the_protocol() => Assert.Equal(
        ["error: x", "invalid: x", "blocked: x", "restricted: x", "rate-limited: x", "duplicate: x", "auth-required: x"],
        Enum.GetValues<MessagePrefix>().Select(prefix => prefix.Before("x")));

    [Fact]
    public void A_client_hears_what_the_relay_says() => Gen.Select(Texts.Any, Texts.Any, Gen.Bool).Sample(
        (subscription, text, accepted) =>
            RelayReply.Parse(RelayMessage.Event(subscription, Sample.Json.Span)) is RelayReply.Event { Received: var received } heard
            && heard.SubscriptionId == subscription && received.Json.Span.SequenceEqual(Sample.Json.Span)
            && RelayReply.Parse(RelayMessage.Ok(Sample.Id, accepted, text)) == new RelayReply.Ok(Sample.Id, accepted, text)
            && RelayReply.Parse(RelayMessage.Eose(subscription)) == new RelayReply.Eose(subscription)
            && RelayReply.Parse(RelayMessage.Closed(subscription, text)) == new RelayReply.Closed(subscription, text)
            && RelayReply.Parse(RelayMessage.Notice(text)) == new RelayReply.Notice(text)
            && RelayReply.Parse(RelayMessage.Auth(text)) == new RelayReply.Other(),
        iter: 1_000);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[\"OK\"]")]
    [InlineData("[\"OK\",\"x\",true,\"\"]")]
    [InlineData("[\"EVENT\",\"s\",{}]")]
    [InlineData("[\"EVENT\",\"s\"]")]
    [InlineData("[\"EOSE\",1]")]
    [InlineData("[\"NEW\",\"thing\"]")]
    public void What_a_client_cannot_read_is_something_other(string text) => Assert.IsType<RelayReply.Other>(RelayReply.Parse(Encoding.UTF8.GetBytes(text)));

    private static string Text(byte[] message) => Encoding.UTF8.GetString(message);
}
