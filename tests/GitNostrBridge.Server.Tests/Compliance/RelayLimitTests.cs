using System.Text.Json;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Each limit that NIP-11 tells is enforced, with its own reason. Connections have <see cref="ConnectionTests"/>.</summary>
public sealed class RelayLimitTests
{
    [Theory]
    [InlineData("Limits:EventBytes", "invalid: an event may have 1000 bytes")]
    [InlineData("Limits:TagValueLength", "invalid: a value of a tag may have 1000 characters")]
    public async Task Large_events_and_tag_values_are_refused(string setting, string reason)
    {
        await using var scene = await RelayScene.StartAsync((setting, "1000"));
        await using var relay = await scene.ConnectAsync();

        AssertRefused(await relay.PublishAsync(scene.Related(tags: [new EventTag("t", new string('x', 1001))])), reason);
        Assert.True((await relay.PublishAsync(scene.Related(tags: [new EventTag("t", new string('x', 400))])))[2].GetBoolean());
    }

    [Fact]
    public async Task Events_with_too_many_tags_are_refused()
    {
        await using var scene = await RelayScene.StartAsync(("Limits:TagsPerEvent", "3"));
        await using var relay = await scene.ConnectAsync();

        AssertRefused(await relay.PublishAsync(scene.Related(tags: [new("t", "1"), new("t", "2"), new("t", "3")])), "invalid: an event may have 3 tags");
        Assert.True((await relay.PublishAsync(scene.Related(tags: [new("t", "1"), new("t", "2")])))[2].GetBoolean());
    }

    [Fact]
    public async Task Events_from_the_future_are_refused_but_for_clocks_that_are_a_little_fast()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        AssertRefused(await relay.PublishAsync(scene.Related(createdAt: now + 1_000)), "invalid: created_at is more than 900 seconds in the future");
        Assert.True((await relay.PublishAsync(scene.Related(createdAt: now + 600)))[2].GetBoolean());
        Assert.True((await relay.PublishAsync(scene.Related(createdAt: 1)))[2].GetBoolean());
    }

    [Fact]
    public async Task Events_beyond_the_rate_are_refused_and_questions_are_still_answered()
    {
        await using var scene = await RelayScene.StartAsync(("Limits:EventsPerMinute", "2"));
        await using var relay = await scene.ConnectAsync();
        await relay.PublishAsync(scene.Related());
        await relay.PublishAsync(scene.Related());

        AssertRefused(await relay.PublishAsync(scene.Related()), "rate-limited: 2 events a minute");
        Assert.Equal(3, (await relay.QueryAsync("{}")).Count);
        await using var other = await scene.ConnectAsync();
        Assert.True((await other.PublishAsync(scene.Related()))[2].GetBoolean());
    }

    [Fact]
    public void The_rate_flows_back_with_time()
    {
        var time = new FakeTimeProvider();
        var rate = new EventRate(60, time);
        Assert.Equal(60, Enumerable.Range(0, 100).Count(_ => rate.TryTake()));

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => rate.TryTake()));

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(60, Enumerable.Range(0, 100).Count(_ => rate.TryTake()));
    }

    [Theory]
    [InlineData("Limits:FiltersPerRequest", "invalid: a message may hold 1 filters at the most")]
    [InlineData("Limits:ValuesPerFilter", "invalid: a filter may hold 1 values at the most")]
    public async Task A_REQ_with_too_many_filters_or_values_is_CLOSED(string setting, string reason)
    {
        await using var scene = await RelayScene.StartAsync((setting, "1"));
        await using var relay = await scene.ConnectAsync();

        var answer = await relay.AskAsync("""["REQ","s",{"kinds":[1,2]},{"kinds":[3]}]""");

        Assert.Equal("CLOSED", answer[0].GetString());
        Assert.Equal(reason, answer[2].GetString());
    }

    [Fact]
    public async Task A_subscription_too_many_is_CLOSED_until_one_is_closed()
    {
        await using var scene = await RelayScene.StartAsync(("Limits:SubscriptionsPerConnection", "2"));
        await using var relay = await scene.ConnectAsync();
        await relay.AskAsync("""["REQ","1",{"limit":0}]""");
        await relay.AskAsync("""["REQ","2",{"limit":0}]""");

        var refused = await relay.AskAsync("""["REQ","3",{"limit":0}]""");
        Assert.Equal("CLOSED", refused[0].GetString());
        Assert.StartsWith("rate-limited: 2 subscriptions", refused[2].GetString(), StringComparison.Ordinal);

        Assert.Equal("EOSE", (await relay.AskAsync("""["REQ","2",{"limit":0}]"""))[0].GetString());
        await relay.SendAsync("""["CLOSE","1"]""");
        Assert.Equal("EOSE", (await relay.AskAsync("""["REQ","3",{"limit":0}]"""))[0].GetString());
    }

    [Fact]
    public async Task A_limit_above_the_greatest_is_cut_and_a_filter_without_one_has_the_greatest()
    {
        await using var scene = await RelayScene.StartAsync(("Limits:EventsPerFilter", "2"));
        await using var relay = await scene.ConnectAsync();
        await scene.ServeAsync(scene.Related());
        await scene.ServeAsync(scene.Related());

        Assert.Equal(2, (await relay.QueryAsync("{}")).Count);
        Assert.Equal(2, (await relay.QueryAsync("""{"limit":99999999999}""")).Count);
        Assert.Single(await relay.QueryAsync("""{"limit":1}"""));
    }

    private static void AssertRefused(JsonElement ok, string reason)
    {
        Assert.Equal("OK", ok[0].GetString());
        Assert.False(ok[2].GetBoolean());
        Assert.StartsWith(reason, ok[3].GetString(), StringComparison.Ordinal);
    }
}
