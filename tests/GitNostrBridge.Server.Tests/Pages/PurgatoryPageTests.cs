using System.Net;
using System.Text.Json;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>What operators see of purgatory, as a page and as JSON.</summary>
public sealed class PurgatoryPageTests
{
    private const string Secret = "words that are nobody's to read yet";

    [Fact]
    public async Task It_says_what_waits_for_which_objects_what_was_tried_and_when_the_next_try_is()
    {
        await using var scene = await FetchScene.StartAsync();
        var commit = await scene.Work.CommitAsync();
        var dead = await scene.StartRemoteAsync();
        dead.Status = 503;
        var url = dead.UrlOf("project");
        await scene.AnnounceAsync([url, $"https://user:password@127.0.0.1/{FetchScene.Identifier}.git"]);
        var state = scene.Owner.Sign(EventKinds.RepositoryState, [new("d", FetchScene.Identifier), new("refs/heads/main", commit)], Secret);
        await scene.SendAsync(state);
        scene.Time.Advance(FetchScene.UserDelay);
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(20));

        var answer = await JsonAsync(scene.Server, "api/purgatory");
        Assert.Equal(2, answer.GetProperty("waiting").GetInt64());
        var waiting = answer.GetProperty("events").EnumerateArray().Single(item => item.GetProperty("what").GetString() == "state");
        Assert.Equal(state.Id.Hex, waiting.GetProperty("id").GetString());
        Assert.Equal((scene.Owner.Npub, FetchScene.Identifier), (waiting.GetProperty("author").GetString(), waiting.GetProperty("identifier").GetString()));
        Assert.Equal([commit], waiting.GetProperty("missing").EnumerateArray().Select(oid => oid.GetString()));
        Assert.Equal(TimeSpan.FromMinutes(30), waiting.GetProperty("deadline").GetDateTimeOffset() - waiting.GetProperty("since").GetDateTimeOffset());
        var fetch = answer.GetProperty("fetches").GetProperty(FetchScene.Identifier);
        Assert.Equal(scene.Time.GetUtcNow().AddSeconds(20), fetch.GetProperty("next_try").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, fetch.GetProperty("rounds").GetInt32());
        var tried = fetch.GetProperty("tried").EnumerateArray().ToDictionary(attempt => attempt.GetProperty("url").GetString()!);
        Assert.Contains("503", tried[url].GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal(scene.Time.GetUtcNow(), tried[url].GetProperty("at").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Equal("not allowed", tried[$"https://127.0.0.1/{FetchScene.Identifier}.git"].GetProperty("answer").GetString());

        var page = await TextAsync(scene.Server, "purgatory");
        Assert.All(new[] { "503", commit[..10], state.Id.Hex[..12], url }, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.All(new[] { page, answer.GetRawText() }, text =>
        {
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("password", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_address_that_may_not_be_connected_to_is_not_told()
    {
        await using var scene = await FetchScene.StartAsync(("GitSync:AllowPrivateAddresses", "false"));
        await scene.AnnounceAsync(["https://localhost/project.git", "http://10.0.0.5/project.git"]);
        await scene.StateAsync(scene.Owner, await scene.Work.CommitAsync());
        scene.Time.Advance(FetchScene.UserDelay);
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(20));

        var fetch = (await JsonAsync(scene.Server, "api/purgatory")).GetProperty("fetches").GetProperty(FetchScene.Identifier);

        Assert.Equal(["not allowed", "not allowed"], fetch.GetProperty("tried").EnumerateArray().Select(attempt => attempt.GetProperty("answer").GetString()));
        var page = await TextAsync(scene.Server, "purgatory");
        Assert.Contains("not allowed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("not public", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", page.Replace(scene.Server.Address.Authority, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_room_on_the_disk_nobody_is_asked_and_it_says_so()
    {
        await using var scene = await FetchScene.StartAsync(("Limits:FreeDiskBytes", $"{long.MaxValue / 2}"));
        var commit = await scene.Work.CommitAsync();
        var (remote, url) = await scene.StartRemoteWithAsync("main");
        await scene.AnnounceAsync([url]);
        await scene.StateAsync(scene.Owner, commit);
        scene.Time.Advance(FetchScene.UserDelay);
        await scene.Time.WaitBegunAsync(TimeSpan.FromSeconds(20));

        var fetch = (await JsonAsync(scene.Server, "api/purgatory")).GetProperty("fetches").GetProperty(FetchScene.Identifier);

        Assert.StartsWith("no room: ", Assert.Single(fetch.GetProperty("tried").EnumerateArray()).GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, remote.Visits);
    }

    [Fact]
    public async Task It_comes_in_parts_each_event_once_and_of_one_identifier_when_asked()
    {
        await using var scenario = await Scenario.StartAsync();
        var announcements = new List<NostrEvent>();
        foreach (var number in Enumerable.Range(0, 5))
        {
            announcements.Add(new Person().Announce(scenario.Server.Here, $"number <{number}>"));
            await scenario.SendAsync(announcements[^1]);
        }

        var seen = new List<string>();
        for (var (path, parts) = ("api/purgatory?limit=2", 0); path is not null; parts++)
        {
            var part = await JsonAsync(scenario.Server, path);
            Assert.True(parts < 3);
            Assert.Equal(5, part.GetProperty("waiting").GetInt64());
            seen.AddRange(part.GetProperty("events").EnumerateArray().Select(waiting => waiting.GetProperty("id").GetString()!));
            path = part.GetProperty("next").GetString() is { } next ? $"api/purgatory?limit=2&after={next}" : null;
        }

        Assert.Equal(announcements.Select(announcement => announcement.Id.Hex), seen);
        var one = await JsonAsync(scenario.Server, "api/purgatory?limit=1&identifier=" + Uri.EscapeDataString("number <3>"));
        Assert.Null(one.GetProperty("next").GetString());
        Assert.Equal(announcements[3].Id.Hex, Assert.Single(one.GetProperty("events").EnumerateArray()).GetProperty("id").GetString());
        Assert.Contains("number &lt;3&gt;", await TextAsync(scenario.Server, "purgatory"), StringComparison.Ordinal);
        Assert.Contains("rel=\"next\"", await TextAsync(scenario.Server, "purgatory?limit=2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_waits_for_its_event_is_told()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var id = new string('a', 64);
        await scenario.Work.OkAsync("push", scenario.Url, $"main:refs/nostr/{id}");

        var answer = await JsonAsync(scenario.Server, "api/purgatory");

        Assert.Equal(1, answer.GetProperty("placeholders_waiting").GetInt32());
        var placeholder = Assert.Single(answer.GetProperty("placeholders").EnumerateArray());
        Assert.Equal((scenario.Owner.Npub, id), (placeholder.GetProperty("owner").GetString(), placeholder.GetProperty("event").GetString()));
        Assert.Equal(TimeSpan.FromMinutes(20), placeholder.GetProperty("deadline").GetDateTimeOffset() - placeholder.GetProperty("since").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("limit=0"), InlineData("limit=101"), InlineData("limit=x"), InlineData("after=x"), InlineData("after=1-2")]
    public async Task A_query_that_is_none_is_a_bad_request(string query)
    {
        await using var scenario = await Scenario.StartAsync();
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(scenario.Server.Address, $"/api/purgatory?{query}"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Below_a_base_path_it_is_below_it()
    {
        await using var scenario = await Scenario.StartAsync(("Grasp:BasePath", "/base"));
        using var client = new HttpClient();

        using var below = await client.GetAsync(new Uri(scenario.Server.Address, "/base/purgatory"));
        using var root = await client.GetAsync(new Uri(scenario.Server.Address, "/purgatory"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (below.StatusCode, root.StatusCode));
    }

    private static async Task<JsonElement> JsonAsync(RunningServer server, string path) => JsonSerializer.Deserialize<JsonElement>(await TextAsync(server, path));

    private static async Task<string> TextAsync(RunningServer server, string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(server.Address, "/" + path));
    }
}
