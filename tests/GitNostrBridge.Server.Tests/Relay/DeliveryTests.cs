using System.Net.WebSockets;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Nothing is lost, doubled or put out of order between the writers and the readers of the relay.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task Subscribers_that_come_while_many_write_get_every_event_exactly_once()
    {
        const int Writers = 4, Each = 50, Subscribers = 12;
        await using var scene = await RelayScene.StartAsync();
        var events = Enumerable.Range(0, Writers * Each).Select(number => scene.Related(content: $"{number}")).ToArray();

        var writing = Enumerable.Range(0, Writers).Select(writer => WriteAsync(scene, events[(writer * Each)..((writer + 1) * Each)]));
        var reading = Enumerable.Range(0, Subscribers).Select(reader => ReadAsync(scene, reader * 5, events.Length)).ToList();
        await Task.WhenAll(writing);

        foreach (var heard in await Task.WhenAll(reading))
        {
            Assert.Equal(events.Select(nostrEvent => nostrEvent.Id.Hex).Order(), heard.Order());
        }
    }

    [Fact]
    public async Task Events_sent_in_one_go_are_answered_in_their_order_and_seen_by_the_question_behind_them()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        NostrEvent[] events = [.. Enumerable.Range(0, 100).Select(number => scene.Related(number % 7 == 0 ? 10_050 + number : EventKinds.Comment, $"{number}"))];
        foreach (var nostrEvent in events)
        {
            await relay.SendEventAsync(nostrEvent);
        }

        await relay.SendAsync($"[\"COUNT\",\"c\",{{\"#e\":[\"{scene.Root.Id}\"]}}]");

        foreach (var nostrEvent in events)
        {
            var ok = await relay.NextAsync();
            Assert.Equal(nostrEvent.Id.Hex, ok[1].GetString());
            Assert.True(ok[2].GetBoolean(), ok.GetRawText());
        }

        Assert.Equal(events.Length, (await relay.NextAsync())[2].GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_chain_of_replies_sent_in_one_go_is_taken_in_its_order()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var chain = new List<NostrEvent> { scene.Related() };
        for (var length = 1; length < 40; length++)
        {
            chain.Add(scene.Author.Sign(EventKinds.Comment, [new("e", chain[^1].Id.Hex)]));
        }

        foreach (var nostrEvent in chain)
        {
            await relay.SendEventAsync(nostrEvent);
        }

        foreach (var nostrEvent in chain)
        {
            var ok = await relay.NextAsync();
            Assert.Equal((nostrEvent.Id.Hex, true), (ok[1].GetString(), ok[2].GetBoolean()));
        }
    }

    [Fact]
    public void Only_regular_events_that_do_not_name_one_another_share_a_turn()
    {
        var person = new Person();
        var issue = person.Sign(EventKinds.Issue, []);
        var comment = person.Sign(EventKinds.Comment, [new("e", issue.Id.Hex)]);
        var quote = person.Sign(EventKinds.Comment, [new("other", "x", issue.Id.Hex)]);
        var patch = person.Sign(EventKinds.Patch, []);

        Assert.True(PublishQueue.CanShareTurn(issue, patch));
        Assert.True(PublishQueue.CanShareTurn(comment, patch));
        Assert.False(PublishQueue.CanShareTurn(issue, issue));
        Assert.False(PublishQueue.CanShareTurn(issue, comment));
        Assert.False(PublishQueue.CanShareTurn(comment, issue));
        Assert.False(PublishQueue.CanShareTurn(issue, quote));
        int[] keepTheirTurn = [EventKinds.Deletion, 62, 0, 10_317, EventKinds.PullRequest, EventKinds.PullRequestUpdate, 20_001, EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState];
        Assert.All(keepTheirTurn, kind => Assert.False(PublishQueue.CanShareTurn(patch, person.Sign(kind, []))));
    }

    [Fact]
    public async Task A_reader_who_is_too_slow_is_disconnected_and_has_no_gap_in_what_he_got()
    {
        const int Events = 400;
        await using var scene = await RelayScene.StartAsync(("Limits:UnsentBytes", "200000"));
        await using var slow = await scene.ConnectAsync();
        await slow.AskAsync("""["REQ","s",{"kinds":[1111]}]""");
        var events = Enumerable.Range(0, Events).Select(number => scene.Related(content: $"{number}" + new string('x', 50_000))).ToArray();
        foreach (var nostrEvent in events)
        {
            await scene.ServeAsync(nostrEvent);
        }

        var heard = new List<string>();
        try
        {
            while (await slow.NextTextAsync() is { } text)
            {
                heard.Add(text);
            }
        }
        catch (WebSocketException)
        {
            // Broken off: there was no room even for a goodbye.
        }

        Assert.InRange(heard.Count, 1, Events - 1);
        Assert.All(heard.Zip(events), pair => Assert.Contains(pair.Second.Id.Hex, pair.First, StringComparison.Ordinal));
    }

    private static async Task WriteAsync(RelayScene scene, NostrEvent[] events)
    {
        await using var relay = await scene.ConnectAsync();
        foreach (var nostrEvent in events)
        {
            var ok = await relay.PublishAsync(nostrEvent);
            Assert.True(ok[2].GetBoolean(), ok.GetRawText());
        }
    }

    private static async Task<List<string>> ReadAsync(RelayScene scene, int eventsBefore, int all)
    {
        await using var relay = await scene.ConnectAsync();
        // The reader begins once so much is stored, so that some begin in the middle.
        while ((await relay.AskAsync("""["COUNT","c",{"kinds":[1111]}]"""))[2].GetProperty("count").GetInt32() < eventsBefore)
        {
        }

        await relay.SendAsync("""["REQ","s",{"kinds":[1111]}]""");
        var heard = new List<string>();
        while (heard.Count < all)
        {
            var message = await relay.NextAsync();
            if (message[0].GetString() == "EVENT")
            {
                heard.Add(message[2].GetProperty("id").GetString()!);
            }
        }

        return heard;
    }
}
