using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Whatever a client sends, the answer is polite and the server goes on.</summary>
public sealed class MalformedFrameTests : IAsyncLifetime
{
    private readonly RunningServer _server = RunningServer.Start(("Limits:MessageBytes", "65536"));
    private readonly NostrEvent _event = new Person().Sign(EventKinds.Issue, []);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_server.LoggedErrors);
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("\"kind\":1621", "\"kind\":-1", "kind must be a whole number from 0 to 65535")]
    [InlineData("\"kind\":1621", "\"kind\":\"1\"", "kind must be a whole number from 0 to 65535")]
    [InlineData("\"content\":\"\"", "\"content\":1e999", "content must be a string")]
    [InlineData("\"content\":\"\"", "\"content\":\"\\ud800\"", "a text of the message is not valid Unicode")]
    [InlineData("\"content\":\"\"", "\"content\":\"other\"", "the id is not the hash of the event")]
    [InlineData("\"tags\":[]", "\"tags\":[\"t\"]", "tags must be an array of arrays of strings")]
    [InlineData("\"tags\":[]", "\"tags\":[],\"tags\":[]", "the event has two fields tags")]
    [InlineData("\"sig\":\"", "\"sig\":\"f", "sig must be 128 lower-case hex digits")]
    [InlineData(",\"content\":\"\"", "", "the event has no content")]
    public async Task A_malformed_event_is_refused_with_OK_and_the_reason(string part, string replacement, string reason)
    {
        await using var relay = await RawRelay.ConnectAsync(_server);
        var json = Encoding.UTF8.GetString(_event.Json.Span).Replace(part, replacement, StringComparison.Ordinal);

        var answer = await relay.AskAsync($"[\"EVENT\",{json}]");

        Assert.Equal(["OK", _event.Id.Hex], answer.EnumerateArray().Take(2).Select(item => item.GetString()!));
        Assert.False(answer[2].GetBoolean());
        Assert.StartsWith("invalid: " + reason, answer[3].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_of_somebody_else_is_refused()
    {
        await using var relay = await RawRelay.ConnectAsync(_server);
        var forged = new NostrEvent(_event.Id, _event.Author, _event.CreatedAt, _event.Kind, _event.Tags, _event.Content, new Person().Sign(1, []).Signature);

        var answer = await relay.AskAsync($"[\"EVENT\",{Encoding.UTF8.GetString(forged.Json.Span)}]");

        Assert.Equal("invalid: the signature does not verify", answer[3].GetString());
    }

    [Theory]
    [InlineData("""["REQ","s",{"kinds":"x"}]""", "CLOSED", "kinds must be")]
    [InlineData("""["REQ","s",{"ids":["abc"]}]""", "CLOSED", "ids must be 64 lower-case hex digits")]
    [InlineData("""["REQ","s",{"since":-1}]""", "CLOSED", "since must be a whole number")]
    [InlineData("""["REQ","s",{"limit":1e99}]""", "CLOSED", "limit must be a whole number")]
    [InlineData("""["REQ","s"]""", "CLOSED", "there is no filter")]
    [InlineData("""["COUNT","s",[]]""", "CLOSED", "a filter is a JSON object")]
    [InlineData("""["REQ","",{}]""", "NOTICE", "a subscription id is a text")]
    [InlineData("""["REQ",7,{}]""", "NOTICE", "a subscription id is a text")]
    [InlineData("""["HELLO"]""", "NOTICE", "unknown type of message")]
    [InlineData("{}", "NOTICE", "a message is a JSON array")]
    [InlineData("", "NOTICE", "the message is not valid JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "NOTICE", "a message is a JSON array")]
    public async Task Anything_else_is_refused_with_CLOSED_or_NOTICE_and_the_reason(string message, string type, string reason)
    {
        await using var relay = await RawRelay.ConnectAsync(_server);

        var answer = await relay.AskAsync(message);

        Assert.Equal(type, answer[0].GetString());
        Assert.StartsWith("invalid: " + reason, answer.EnumerateArray().Last().GetString(), StringComparison.Ordinal);
        await AssertWorksAsync(relay);
    }

    [Fact]
    public async Task A_binary_message_is_answered_with_a_notice()
    {
        await using var relay = await RawRelay.ConnectAsync(_server);

        await relay.SendAsync("[]"u8.ToArray(), WebSocketMessageType.Binary);

        Assert.Equal("NOTICE", (await relay.NextAsync())[0].GetString());
        await AssertWorksAsync(relay);
    }

    [Fact]
    public async Task A_message_may_come_in_many_fragments()
    {
        await using var relay = await RawRelay.ConnectAsync(_server);
        var message = Encoding.UTF8.GetBytes("""["REQ","fragments",{"#t":["é"]}]""");
        for (var index = 0; index < message.Length; index++)
        {
            await relay.SendAsync([message[index]], isEnd: index == message.Length - 1);
        }

        var answer = await relay.NextAsync();

        Assert.Equal(["EOSE", "fragments"], answer.EnumerateArray().Select(item => item.GetString()!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public async Task A_message_that_is_too_large_is_answered_with_a_notice_and_close_1009(int fragments)
    {
        await using var relay = await RawRelay.ConnectAsync(_server);
        for (var sent = 1; sent <= fragments; sent++)
        {
            await relay.SendAsync(Encoding.ASCII.GetBytes(new string(' ', 70_000 / fragments)), isEnd: sent == fragments);
        }

        var types = new List<string>();
        while (await relay.NextTextAsync() is { } text)
        {
            types.Add(text);
        }

        Assert.Contains(types, text => text.Contains("65536 bytes", StringComparison.Ordinal));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, relay.Socket.CloseStatus);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Two_thousand_random_frames_leave_the_server_in_good_order()
    {
        var seed = Environment.TickCount;
        var frames = new RandomFrames(new Random(seed), _event);
        var relay = await RawRelay.ConnectAsync(_server);
        for (var count = 0; count < 2_000; count++)
        {
            try
            {
                await relay.SendAsync(frames.Next(out var type), type);
                if (count % 50 == 49)
                {
                    await SettleAsync(relay);
                }
            }
            catch (Exception failure) when (failure is WebSocketException or InvalidOperationException)
            {
                await relay.DisposeAsync();
                relay = await RawRelay.ConnectAsync(_server);
            }
        }

        await relay.DisposeAsync();
        Assert.True(_server.LoggedErrors.Count == 0, $"seed {seed}: {string.Join('\n', _server.LoggedErrors)}");
        await AssertServesAsync();
    }

    /// <summary>Reads all that has come until the answer to a question that only this asks.</summary>
    private static async Task SettleAsync(RawRelay relay)
    {
        var id = Guid.NewGuid().ToString("N");
        await relay.SendAsync($"[\"COUNT\",\"{id}\",{{\"ids\":[]}}]");
        while (true)
        {
            var answer = await relay.NextAsync();
            if (answer.ValueKind == JsonValueKind.Array && answer[1].ValueKind == JsonValueKind.String && answer[1].GetString() == id)
            {
                return;
            }
        }
    }

    private static async Task AssertWorksAsync(RawRelay relay)
    {
        var answer = await relay.AskAsync("""["REQ","works",{"limit":0}]""");
        Assert.Equal(["EOSE", "works"], answer.EnumerateArray().Select(item => item.GetString()!));
    }

    private async Task AssertServesAsync()
    {
        await using var relay = await RawRelay.ConnectAsync(_server);
        await AssertWorksAsync(relay);
    }
}
