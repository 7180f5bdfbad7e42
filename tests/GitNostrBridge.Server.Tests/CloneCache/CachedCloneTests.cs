using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Real clients, and answers that are made once for several of them: what arrives is whole and of the refs that were asked for.</summary>
public sealed class CachedCloneTests
{
    [Theory]
    [InlineData(2, "")]
    [InlineData(2, "--depth=1")]
    [InlineData(2, "--filter=blob:none")]
    [InlineData(2, "--filter=tree:0")]
    [InlineData(2, "--single-branch")]
    [InlineData(0, "")]
    [InlineData(0, "--depth=2")]
    [InlineData(0, "--filter=blob:none")]
    [InlineData(0, "--filter=tree:0")]
    [InlineData(0, "--single-branch")]
    public async Task Straight_stored_and_sent_again_a_clone_is_sound(int version, string option)
    {
        await using var scenario = await FetchTests.ServeHistoryAsync();
        var expected = (string?)null;
        for (var time = 0; time < 4; time++)
        {
            var clone = await CloneAsync(scenario, version, $"clone-{time}", option);
            var objects = await InAsync(scenario, clone, "rev-list", "--objects", "--all", "--missing=print");
            Assert.Equal(expected ??= objects, objects);
        }

        Assert.True(CacheOf(scenario).Count > 0);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task Fetches_that_have_the_same_and_want_the_same_are_sound()
    {
        await using var scenario = await FetchTests.ServeHistoryAsync();
        string[] clones = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(number => CloneAsync(scenario, 2, $"clone-{number}", "")))];
        var before = CacheOf(scenario).Count;
        var tip = await PushAsync(scenario);
        foreach (var clone in clones)
        {
            await InAsync(scenario, clone, "fetch", "--quiet", "origin");
            Assert.Equal(tip, await InAsync(scenario, clone, "rev-parse", "origin/main"));
            await InAsync(scenario, clone, "fsck", "--full", "--strict");
        }

        // Those over the older refs have made room.
        Assert.InRange(CacheOf(scenario).Count, 1, before + 1);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task Clones_beside_pushes_are_sound_and_never_behind()
    {
        await using var scenario = await FetchTests.ServeHistoryAsync();
        for (var round = 0; round < 4; round++)
        {
            var before = await scenario.Work.OkAsync("rev-parse", "main");
            var during = Enumerable.Range(0, 6).Select(number => CloneAsync(scenario, number % 3 == 0 ? 0 : 2, $"during-{round}-{number}", "")).ToList();
            var tip = await PushAsync(scenario);
            var after = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => CloneAsync(scenario, 2, $"after-{round}-{number}", "")));
            foreach (var clone in await Task.WhenAll(during))
            {
                Assert.Contains(await InAsync(scenario, clone, "rev-parse", "HEAD"), new[] { before, tip });
            }

            foreach (var clone in after)
            {
                Assert.Equal(tip, await InAsync(scenario, clone, "rev-parse", "HEAD"));
            }
        }

        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData("CloneCache:MaxBytes", "1")]
    [InlineData("CloneCache:LargestAnswerBytes", "70000")]
    [InlineData("CloneCache:Enabled", "false")]
    public async Task Without_room_clones_at_once_are_sound_and_nothing_stays(string key, string value)
    {
        await using var scenario = await Scenario.StartAsync((key, value));
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(4 << 20));
        await scenario.ServeAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => CloneAsync(scenario, 2, $"clone-{number}", "")));
        Assert.Equal(0, CacheOf(scenario).Count);
        Assert.Empty(Directory.GetFiles(scenario.Server.Services.GetRequiredService<CloneCacheOptions>().Path));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    private static CloneCache CacheOf(Scenario scenario) => scenario.Server.Services.GetRequiredService<CloneCache>();

    private static async Task<string> PushAsync(Scenario scenario)
    {
        var tip = await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        return tip;
    }

    private static async Task<string> CloneAsync(Scenario scenario, int version, string name, string option)
    {
        var path = scenario.Server.Folder.Sub(name);
        string[] options = option.Length > 0 ? [option] : [];
        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, ["-c", $"protocol.version={version}", "clone", "--quiet", "--no-checkout", .. options, scenario.Url, path]);
        await InAsync(scenario, path, "fsck", "--full", "--strict");
        return path;
    }

    private static Task<string> InAsync(Scenario scenario, string folder, params string[] arguments) => scenario.Work.Git.OkAsync(folder, arguments);
}
