using System.Collections.Frozen;
using System.Security.Cryptography;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The server behind a real reverse proxy that is set up as docs/deployment.md says.</summary>
public sealed class ProxyTests
{
    private const int PackMegabytes = 48;

    // What a proxy that kept the pack would exceed.
    private const int MostMegabytes = 32;

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task A_large_push_a_clone_and_a_subscription_are_passed_on_as_they_come(string program)
    {
        using var folder = new TestFolder();
        var (port, serverPort) = (ReverseProxy.FreePort(), ReverseProxy.FreePort());
        await using var proxy = await ReverseProxy.StartAsync(program, folder, port, serverPort);
        await using var scenario = await Scenario.StartAsync(
            ("Urls", $"http://127.0.0.1:{serverPort}"), ("Grasp:Domain", $"127.0.0.1:{port}"), ("Grasp:TrustedProxies", "127.0.0.1"));
        await using var subscriber = await scenario.Server.ConnectAsync();
        await using var live = await subscriber.SubscribeAsync(new Filter { Kinds = FrozenSet.Create(EventKinds.RepositoryState) });
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(PackMegabytes << 20));
        var before = proxy.PeakMegabytes;

        var (_, state) = await scenario.ServeAsync();
        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, "clone", "--quiet", "--bare", scenario.Url, "clone");

        Assert.Contains($":{port}/", scenario.Url, StringComparison.Ordinal);
        Assert.Equal(state.Id, (await live.NextAsync()).Id);
        Assert.Equal(
            await scenario.Work.OkAsync("rev-list", "--objects", "main"),
            await scenario.Work.Git.OkAsync(scenario.Server.Folder.Sub("clone"), "rev-list", "--objects", "main"));
        Assert.InRange(proxy.PeakMegabytes - before, 0, MostMegabytes);
        Assert.DoesNotContain("temporary file", proxy.Complaints, StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
