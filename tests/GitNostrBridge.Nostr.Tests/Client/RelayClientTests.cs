using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace GitNostrBridge.Nostr.Tests;

public sealed class RelayClientTests
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Impatient = TimeSpan.FromMilliseconds(200);
    private static readonly MessageLimits Limits = new(100, 1000);
    private static readonly IReadOnlyList<Filter> Anything = [new Filter()];
    private static readonly IReadOnlyList<NostrEvent> Samples = [.. Enumerable.Range(0, 5).Select(number => SampleEvents.Sign(content: $"{number}"))];

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "blocked: not here")]
    public async Task Publishing_brings_the_relay_s_answer(bool accepted, string text)
    {
        await using var relay = FakeRelay.Answering(message => Parse(message) is ClientMessage.Event published
            ? [RelayMessage.Notice("hm"), RelayMessage.Ok(published.Published.Id, accepted, text)]
            : []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);

        Assert.Equal(new OkReply(accepted, text), await client.PublishAsync(Samples[0], default));
        Assert.Equal(new OkReply(accepted, text), await client.PublishAsync(Samples[0], default));
    }

    [Fact]
    public async Task Answers_find_their_questions_in_whatever_order_they_come()
    {
        await using var relay = new FakeRelay(async socket =>
        {
            var asked = new List<ClientMessage>();
            while (asked.Count < Samples.Count)
            {
                asked.Add(Parse((await FakeRelay.ReceiveAsync(socket))!));
            }

            foreach (var published in asked.Cast<ClientMessage.Event>().Reverse())
            {
                await FakeRelay.SendAsync(socket, RelayMessage.Ok(published.Published.Id, true, published.Published.Content));
            }

            await FakeRelay.ReceiveAsync(socket);
        });
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);

        var answers = await Task.WhenAll(Samples.Select(sample => client.PublishAsync(sample, default)));

        Assert.Equal(Samples.Select(sample => sample.Content), answers.Select(answer => answer.Text));
    }

    [Fact]
    public async Task A_query_ends_with_the_stored_events()
    {
        var heard = new List<ClientMessage>();
        await using var relay = FakeRelay.Answering(message => Serve(message, heard));
        await using (var client = await RelayClient.ConnectAsync(relay.Address, Patient, default))
        {
            var complete = Assert.IsType<QueryReply.Complete>(await client.QueryAsync([new Filter { Kinds = [1], Limit = 9 }], 5, default));
            Assert.Equal(Samples.Select(sample => sample.Id), complete.Events.Select(received => received.Id));
            Assert.Equal(4, Assert.IsType<QueryReply.Cut>(await client.QueryAsync(Anything, 4, default)).Events.Count);
            Assert.Empty(Assert.IsType<QueryReply.Cut>(await client.QueryAsync(Anything, 0, default)).Events);
        }

        Assert.Equal(9, Assert.IsType<ClientMessage.Req>(heard[0]).Filters[0].Limit);
        Assert.Equal(3, heard.OfType<ClientMessage.Close>().Count());
    }

    [Fact]
    public async Task Several_queries_run_at_once()
    {
        await using var relay = FakeRelay.Answering(message => Serve(message, []));
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.QueryAsync(Anything, 10, default)));

        Assert.All(replies, reply => Assert.Equal(5, Assert.IsType<QueryReply.Complete>(reply).Events.Count));
    }

    [Fact]
    public async Task A_refused_query_brings_the_text()
    {
        await using var relay = FakeRelay.Answering(message =>
            Parse(message) is ClientMessage.Req request ? [RelayMessage.Closed(request.SubscriptionId, "auth-required: who are you")] : []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);

        Assert.Equal(new QueryReply.Refused("auth-required: who are you"), await client.QueryAsync(Anything, 5, default));
    }

    [Fact]
    public async Task A_subscription_goes_on_with_live_events_until_the_relay_closes_it()
    {
        await using var relay = FakeRelay.Answering(message => Parse(message) is ClientMessage.Req { SubscriptionId: var id }
            ? [RelayMessage.Eose(id), RelayMessage.Event(id, Samples[0].Json.Span), RelayMessage.Event("another", Samples[1].Json.Span), RelayMessage.Closed(id, "error: bye")]
            : []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);
        await using var subscription = await client.SubscribeAsync(Anything, 10, default);

        var replies = new List<RelayReply>();
        await foreach (var reply in subscription.ReadAllAsync(default))
        {
            replies.Add(reply);
        }

        Assert.Equal(["Eose", "Event", "Closed"], replies.Select(reply => reply.GetType().Name));
    }

    [Fact]
    public async Task A_subscription_that_is_not_read_ends_and_leaves_the_others_alone()
    {
        await using var relay = FakeRelay.Answering(message => Serve(message, []));
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);
        await using var unread = await client.SubscribeAsync(Anything, 3, default);
        Assert.IsType<QueryReply.Complete>(await client.QueryAsync(Anything, 5, default));

        var count = 0;
        await Assert.ThrowsAsync<RelayException>(async () =>
        {
            await foreach (var _ in unread.ReadAllAsync(default))
            {
                count++;
            }
        });
        Assert.Equal(3, count);
    }

    [Fact]
    public async Task A_silent_relay_is_not_waited_for_forever()
    {
        await using var relay = FakeRelay.Answering(_ => []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Impatient, default);

        await Assert.ThrowsAsync<RelayException>(() => client.PublishAsync(Samples[0], default));
        await Assert.ThrowsAsync<RelayException>(() => client.QueryAsync(Anything, 5, default));
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_connection_to_the_others()
    {
        await using var relay = FakeRelay.Answering(message =>
            Parse(message) is ClientMessage.Event { Published.Content: "1" } published ? [RelayMessage.Ok(published.Published.Id, true, "")] : []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);
        using var impatience = new CancellationTokenSource(Impatient);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PublishAsync(Samples[0], impatience.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.QueryAsync(Anything, 5, impatience.Token));
        Assert.True((await client.PublishAsync(Samples[1], default)).Accepted);
    }

    [Theory]
    [InlineData("closes")]
    [InlineData("vanishes")]
    [InlineData("sends binary")]
    [InlineData("sends too much")]
    public async Task A_relay_that_misbehaves_fails_all_who_wait_at_once(string misbehaviour)
    {
        await using var relay = new FakeRelay(async socket =>
        {
            for (var heard = 0; heard < 3; heard++)
            {
                await FakeRelay.ReceiveAsync(socket);
            }

            await (misbehaviour switch
            {
                "closes" => socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "no", default),
                "sends binary" => socket.SendAsync(new byte[3], WebSocketMessageType.Binary, true, default),
                "sends too much" => FakeRelay.SendAsync(socket, RelayMessage.Notice(new string('x', 1 << 20))),
                _ => Task.CompletedTask,
            });
        });
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);
        await using var subscription = await client.SubscribeAsync(Anything, 5, default);

        await Task.WhenAll(
            Assert.ThrowsAsync<RelayException>(() => client.PublishAsync(Samples[0], default)),
            Assert.ThrowsAsync<RelayException>(() => client.QueryAsync(Anything, 5, default)),
            Assert.ThrowsAsync<RelayException>(async () =>
            {
                await foreach (var _ in subscription.ReadAllAsync(default))
                {
                }
            }));
        await Assert.ThrowsAsync<RelayException>(() => client.PublishAsync(Samples[1], default));
        await Assert.ThrowsAsync<RelayException>(() => client.SubscribeAsync(Anything, 5, default));
    }

    [Fact]
    public async Task Nonsense_is_passed_over()
    {
        await using var relay = FakeRelay.Answering(message => Parse(message) is ClientMessage.Event published
            ? [[], "{}"u8.ToArray(), "[\"EVENT\""u8.ToArray(), "[\"OK\",1]"u8.ToArray(), RelayMessage.Ok(Samples[4].Id, true, ""), RelayMessage.Ok(published.Published.Id, true, "")]
            : []);
        await using var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);

        Assert.True((await client.PublishAsync(Samples[0], default)).Accepted);
    }

    [Fact]
    public async Task Disposing_fails_who_waits_and_may_happen_twice()
    {
        var arrived = new TaskCompletionSource();
        await using var relay = FakeRelay.Answering(_ =>
        {
            arrived.SetResult();
            return [];
        });
        var client = await RelayClient.ConnectAsync(relay.Address, Patient, default);
        var waiting = client.PublishAsync(Samples[0], default);
        await arrived.Task;

        await client.DisposeAsync();
        await client.DisposeAsync();

        await Assert.ThrowsAsync<RelayException>(() => waiting);
    }

    [Fact]
    public async Task A_relay_that_does_not_say_goodbye_is_left_after_the_timeout()
    {
        var left = new TaskCompletionSource();
        await using var relay = new FakeRelay(_ => left.Task);
        var client = await RelayClient.ConnectAsync(relay.Address, Impatient, default);

        await client.DisposeAsync();
        left.SetResult();
    }

    [Fact]
    public async Task A_relay_that_cannot_be_reached_is_a_clear_exception()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"ws://{listener.LocalEndpoint}/");

        await Assert.ThrowsAsync<RelayException>(() => RelayClient.ConnectAsync(address, Impatient, default));
        listener.Stop();
        await Assert.ThrowsAsync<RelayException>(() => RelayClient.ConnectAsync(address, Patient, default));
    }

    private static ClientMessage Parse(string message) => ClientMessage.Parse(System.Text.Encoding.UTF8.GetBytes(message), Limits);

    private static IEnumerable<byte[]> Serve(string message, List<ClientMessage> heard)
    {
        heard.Add(Parse(message));
        return heard[^1] is ClientMessage.Req { SubscriptionId: var id }
            ? [.. Samples.Select(sample => RelayMessage.Event(id, sample.Json.Span)), RelayMessage.Eose(id)]
            : [];
    }
}
