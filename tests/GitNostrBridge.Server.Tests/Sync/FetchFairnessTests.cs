using System.Globalization;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>One who is slow on many ports leaves room for the others.</summary>
public sealed class FetchFairnessTests
{
    [Fact]
    public async Task A_host_that_holds_fetches_on_four_ports_has_half_of_them_and_others_are_looked_up_and_fetched()
    {
        await using var scene = await FetchScene.StartAsync();
        var commit = await scene.Work.CommitAsync();
        var (_, url) = await scene.StartRemoteWithAsync("main");
        var slow = new List<RemoteGitServer>();
        for (var port = 0; port < 4; port++)
        {
            slow.Add(await scene.StartRemoteAsync());
            slow[port].Hold();
            for (var number = 0; number < 5; number++)
            {
                await WaitAsync(scene, string.Create(CultureInfo.InvariantCulture, $"slow-{port}-{number}"), slow[port].UrlOf("project"), commit);
            }
        }

        scene.Time.Advance(FetchScene.UserDelay);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (slow.Sum(remote => remote.Visits) < 8)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var state = await WaitAsync(scene, "fast", url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), commit);
        await using var live = await scene.WatchAsync(state);
        scene.Time.Advance(FetchScene.UserDelay);

        Assert.Equal(state.Id, (await live.NextAsync()).Id);
        Assert.Equal(8, slow.Sum(remote => remote.Visits));
    }

    // An announcement and a state whose data is elsewhere.
    private static async Task<NostrEvent> WaitAsync(FetchScene scene, string identifier, string url, string commit)
    {
        await scene.SendAsync(scene.Owner.Announce([scene.Server.CloneUrl(scene.Owner, identifier), url], [scene.Server.Here.RelayUrl], identifier, []));
        var state = scene.Owner.State(identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit });
        await scene.SendAsync(state);
        return state;
    }
}
