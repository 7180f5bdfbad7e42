using System.Text.Json;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `purgatory list`, while the server runs.</summary>
public sealed class PurgatoryVerbTests
{
    [Fact]
    public async Task It_lists_what_waits_and_leaves_what_is_served()
    {
        await using var scenario = await Scenario.StartAsync();
        var (_, served) = await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        var waiting = await scenario.SignAsync(scenario.Owner);

        var run = await VerbScene.RunAsync(scenario.Server, "purgatory", "list", "--json");

        Assert.True(run.Code == ExitCodes.Fine, run.All);
        var listed = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("waiting").EnumerateArray());
        Assert.Equal((waiting.Id.Hex, Scenario.Identifier), (listed.GetProperty("id").GetString(), listed.GetProperty("identifier").GetString()));
        Assert.True(await scenario.IsServedAsync(served));
    }

    [Fact]
    public async Task For_people_it_says_how_long_each_has_waited_and_how_long_it_still_may()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        await using var server = await IdleServer.OpenToReadAsync(VerbScene.SettingsFor(scenario.Server), CancellationToken.None);
        var waiting = await PurgatoryVerb.ReadAsync(server.Store, CancellationToken.None);
        await using var output = new StringWriter();

        PurgatoryVerb.Print(waiting, waiting.Single(held => held.Event.Id == state.Id).HeldSince.AddMinutes(10), asJson: false, output);

        var line = output.ToString().Split('\n').Single(line => line.Contains(state.Id.Hex, StringComparison.Ordinal));
        Assert.Contains("waits 10 min, for 20 min more", line, StringComparison.Ordinal);
        Assert.Contains("2 events wait.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_open_to_read_takes_no_write()
    {
        await using var scenario = await Scenario.StartAsync();
        await using var server = await IdleServer.OpenToReadAsync(VerbScene.SettingsFor(scenario.Server), CancellationToken.None);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => server.Store.SaveAsync(scenario.Owner.Sign(EventKinds.Profile, []), CancellationToken.None));
    }

    [Fact]
    public async Task Without_data_it_says_where_it_looked()
    {
        using var folder = new TestKit.TestFolder();
        var run = await TestKit.Verb.RunAsync(folder.Path, folder.Sub("home"), ["purgatory", "list", .. VerbScene.ArgumentsFor(folder.Sub("data"))]);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains(folder.Sub("data", "git"), run.Errors, StringComparison.Ordinal);
        Assert.Contains("same settings", run.Errors, StringComparison.Ordinal);
    }
}
