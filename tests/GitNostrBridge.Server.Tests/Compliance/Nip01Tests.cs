using System.Text;
using System.Text.Json;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-01 sentence by sentence: publishing and subscribing. Filters have <see cref="Nip01FilterTests"/>.</summary>
public sealed class Nip01Tests
{
    [Fact]
    public async Task An_EVENT_is_answered_with_OK_and_can_be_queried_at_once_on_any_connection()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var sender = await scene.ConnectAsync();
        await using var reader = await scene.ConnectAsync();
        var comment = scene.Related(content: "said");

        var ok = await sender.PublishAsync(comment);

        Assert.Equal($"[\"OK\",\"{comment.Id}\",true,\"\"]", ok.GetRawText());
        Assert.Equal([comment.Id.Hex], await reader.QueryAsync($"{{\"ids\":[\"{comment.Id}\"]}}"));
    }

    [Fact]
    public async Task An_event_that_comes_again_is_a_duplicate_and_the_OK_says_true()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var comment = scene.Related();
        await relay.PublishAsync(comment);

        var again = await relay.PublishAsync(comment);

        Assert.True(again[2].GetBoolean());
        Assert.StartsWith("duplicate: ", again[3].GetString(), StringComparison.Ordinal);
        Assert.Equal([comment.Id.Hex], await relay.QueryAsync($"{{\"ids\":[\"{comment.Id}\"]}}"));
    }

    [Fact]
    public async Task An_event_is_sent_as_it_was_signed_whatever_its_text()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var comment = scene.Related(content: "\n\"\\\r\t\b\f\u0001\u007f é \u2028 \U0001F600 </script>", tags: [new EventTag("t", "a\"b\\c\nd"), new EventTag("alone")]);
        await relay.PublishAsync(comment);

        var message = await relay.AskAsync($"[\"REQ\",\"s\",{{\"ids\":[\"{comment.Id}\"]}}]");

        var parsed = Assert.IsType<EventParse.Parsed>(EventJson.Parse(Encoding.UTF8.GetBytes(message[2].GetRawText()))).Event;
        Assert.IsType<EventVerification.Genuine>(new EventVerifier(Schnorr.Best).Verify(parsed));
        Assert.Equal(comment.Content, parsed.Content);
    }

    [Fact]
    public async Task Regular_events_are_all_stored()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var both = new[] { scene.Related(), scene.Related() };

        Assert.Equal(both.Reverse().Select(comment => comment.Id.Hex), await StoredAsync(scene, relay, both));
    }

    [Theory]
    [InlineData(10_050, "", "")]
    [InlineData(39_842, "same", "same")]
    public async Task Of_replaceable_and_addressable_events_only_the_newest_is_stored(int kind, string firstD, string secondD)
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var older = scene.Related(kind, "older", createdAt: 1_000, tags: [new EventTag("d", firstD)]);
        var newer = scene.Related(kind, "newer", createdAt: 2_000, tags: [new EventTag("d", secondD)]);

        Assert.Equal([newer.Id.Hex], await StoredAsync(scene, relay, older, newer));

        var oldest = scene.Related(kind, "oldest", createdAt: 500, tags: [new EventTag("d", firstD)]);
        Assert.Equal([newer.Id.Hex], await StoredAsync(scene, relay, oldest));
    }

    [Fact]
    public async Task Addressable_events_of_different_d_values_or_authors_do_not_replace_one_another()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var first = scene.Related(39_842, createdAt: 1_000, tags: [new EventTag("d", "one")]);
        var second = scene.Related(39_842, createdAt: 2_000, tags: [new EventTag("d", "two")]);
        var others = scene.Related(39_842, createdAt: 3_000, author: new Person(), tags: [new EventTag("d", "one")]);

        Assert.Equal([others.Id.Hex, second.Id.Hex, first.Id.Hex], await StoredAsync(scene, relay, first, second, others));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_events_with_the_same_timestamp_the_one_with_the_lowest_id_is_kept(bool lowestComesFirst)
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var pair = new[] { "a", "b" }.Select(content => scene.Related(10_050, content, createdAt: 1_000)).OrderBy(nostrEvent => nostrEvent.Id).ToArray();

        Assert.Equal([pair[0].Id.Hex], await StoredAsync(scene, relay, lowestComesFirst ? pair : [pair[1], pair[0]]));
    }

    [Fact]
    public async Task Ephemeral_events_are_passed_on_and_not_stored()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var listener = await scene.ConnectAsync();
        await listener.AskAsync("""["REQ","live",{"kinds":[29846]}]""");
        await using var relay = await scene.ConnectAsync();
        var progress = scene.Related(29_846);

        Assert.Empty(await StoredAsync(scene, relay, progress));
        Assert.Equal(progress.Id.Hex, (await listener.NextAsync())[2].GetProperty("id").GetString());
    }

    [Fact]
    public async Task After_the_stored_events_comes_EOSE_and_then_live_ones_until_CLOSE()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        await relay.SendAsync("""["REQ","s",{"kinds":[1621,1111]}]""");
        Assert.Equal(["EVENT", "s"], First(await relay.NextAsync(), 2));
        Assert.Equal(["EOSE", "s"], First(await relay.NextAsync(), 2));

        var live = scene.Related();
        await scene.ServeAsync(live);
        var heard = await relay.NextAsync();
        Assert.Equal(["EVENT", "s"], First(heard, 2));
        Assert.Equal(live.Id.Hex, heard[2].GetProperty("id").GetString());

        await relay.SendAsync("""["CLOSE","s"]""");
        Assert.Equal("COUNT", (await relay.AskAsync("""["COUNT","c",{"ids":[]}]"""))[0].GetString());
        await scene.ServeAsync(scene.Related());
        Assert.Equal("COUNT", (await relay.AskAsync("""["COUNT","c",{"ids":[]}]"""))[0].GetString());
    }

    [Fact]
    public async Task A_REQ_with_the_id_of_an_open_subscription_replaces_it()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        await relay.AskAsync("""["REQ","s",{"kinds":[1111]}]""");
        await relay.AskAsync("""["REQ","s",{"kinds":[1617]}]""");

        await scene.ServeAsync(scene.Related(EventKinds.Comment));
        var patch = scene.Related(EventKinds.Patch);
        await scene.ServeAsync(patch);

        Assert.Equal(patch.Id.Hex, (await relay.NextAsync())[2].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_subscription_id_belongs_to_its_connection()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var one = await scene.ConnectAsync();
        await using var other = await scene.ConnectAsync();
        await one.AskAsync("""["REQ","s",{"kinds":[1111]}]""");
        await other.AskAsync("""["REQ","s",{"kinds":[1617]}]""");
        await other.SendAsync("""["CLOSE","s"]""");
        await other.AskAsync("""["COUNT","c",{"ids":[]}]""");

        await scene.ServeAsync(scene.Related());

        Assert.Equal("EVENT", (await one.NextAsync())[0].GetString());
    }

    [Fact]
    public async Task A_REQ_that_is_refused_is_CLOSED_with_a_prefix_and_a_reason()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();

        var answer = await relay.AskAsync("""["REQ","s",{"authors":["ABC"]}]""");

        Assert.Equal(["CLOSED", "s"], First(answer, 2));
        Assert.Equal("invalid: authors must be 64 lower-case hex digits each", answer[2].GetString());
    }

    [Fact]
    public async Task An_event_that_refers_to_nothing_here_is_refused_with_a_prefix_and_a_reason()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();

        var answer = await relay.PublishAsync(scene.Author.Sign(1, []));

        Assert.False(answer[2].GetBoolean());
        Assert.Matches("^(blocked|restricted|invalid): .", answer[3].GetString());
    }

    private static IEnumerable<string> First(JsonElement message, int count) => message.EnumerateArray().Take(count).Select(item => item.GetString()!);

    /// <summary>Publishes events, which must be taken, and gives what is stored of their kind.</summary>
    private static async Task<IReadOnlyList<string>> StoredAsync(RelayScene scene, RawRelay relay, params NostrEvent[] events)
    {
        foreach (var nostrEvent in events)
        {
            var ok = await relay.PublishAsync(nostrEvent);
            Assert.True(ok[2].GetBoolean(), ok.GetRawText());
        }

        return await relay.QueryAsync($"{{\"kinds\":[{events[0].Kind}],\"#e\":[\"{scene.Root.Id}\"]}}");
    }
}
