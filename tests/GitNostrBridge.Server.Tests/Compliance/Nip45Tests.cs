namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-45: counting.</summary>
public sealed class Nip45Tests
{
    [Fact]
    public async Task COUNT_tells_how_many_events_match_any_filter_each_once_whatever_the_limit()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        await scene.ServeAsync(scene.Related());
        await scene.ServeAsync(scene.Related());

        Assert.Equal("""["COUNT","c",{"count":3}]""", (await relay.AskAsync("""["COUNT","c",{"kinds":[1111],"limit":1},{"kinds":[1621,1111]}]""")).GetRawText());
        Assert.Equal("""["COUNT","c",{"count":0}]""", (await relay.AskAsync("""["COUNT","c",{"kinds":[7]}]""")).GetRawText());
    }

    [Fact]
    public async Task What_waits_in_purgatory_is_not_counted()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var announcement = scene.Author.Announce(scene.Server.Here, "project");

        var ok = await relay.PublishAsync(announcement);

        Assert.Equal((true, Scenario.Purgatory), (ok[2].GetBoolean(), ok[3].GetString()));
        Assert.Equal(0, (await relay.AskAsync($"[\"COUNT\",\"c\",{{\"ids\":[\"{announcement.Id}\"]}}]"))[2].GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_COUNT_that_is_refused_is_CLOSED()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();

        Assert.Equal("CLOSED", (await relay.AskAsync("""["COUNT","c",{"kinds":"x"}]"""))[0].GetString());
    }
}
