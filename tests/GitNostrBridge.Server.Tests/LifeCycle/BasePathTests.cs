using System.Net;
using System.Net.Http.Headers;

namespace GitNostrBridge.Server.Tests;

/// <summary>R1: a service below a path has everything below it, and nothing beside it.</summary>
public sealed class BasePathTests
{
    [Theory]
    [InlineData("/grasp")]
    [InlineData("/a/b/")]
    public async Task R1_Relay_git_and_pages_live_below_the_base_path(string basePath)
    {
        await using var scenario = await Scenario.StartAsync(("Grasp:BasePath", basePath));
        var origin = scenario.Server.Here.Origin;
        Assert.EndsWith(basePath.TrimEnd('/'), origin, StringComparison.Ordinal);
        var (_, state) = await scenario.ServeAsync();
        Assert.True(await scenario.IsServedAsync(state));
        await scenario.Work.OkAsync("clone", "--quiet", scenario.Url, scenario.Server.Folder.Sub("clone"));

        using var http = new HttpClient();
        Assert.Contains(scenario.Url, await http.GetStringAsync(new Uri(scenario.Url)), StringComparison.Ordinal);
        foreach (var below in new[] { "", "/", "/healthz" })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(origin + below))).StatusCode);
        }

        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/nostr+json"));
        Assert.Contains("\"GRASP-01\"", await http.GetStringAsync(new Uri(origin)), StringComparison.Ordinal);
        var root = origin[..^basePath.TrimEnd('/').Length];
        foreach (var beside in new[] { "/", "/healthz", "/.well-known/nostr.json", $"/{scenario.Owner.Npub}/{Scenario.Identifier}.git/info/refs?service=git-upload-pack" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(root + beside))).StatusCode);
        }
    }
}
