using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Clone and fetch in every protocol version, as deep and as complete as the client wants (R40).</summary>
public sealed class FetchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Clone_fetch_and_ls_remote(int version)
    {
        await using var scenario = await ServeHistoryAsync();
        var clone = await CloneAsync(scenario, version, "--quiet");
        Assert.Equal(await scenario.Work.OkAsync("rev-parse", "main"), await InAsync(scenario, clone, "rev-parse", "HEAD"));
        await InAsync(scenario, clone, "fsck", "--full", "--strict");

        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("tag", "-a", "v2", "-m", "Second");
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main", "v2");
        await InAsync(scenario, clone, "-c", $"protocol.version={version}", "fetch", "--quiet", "--tags", "origin");

        Assert.Equal(await scenario.Work.OkAsync("rev-parse", "main"), await InAsync(scenario, clone, "rev-parse", "origin/main"));
        Assert.Equal(await scenario.Work.OkAsync("rev-parse", "v2"), await InAsync(scenario, clone, "rev-parse", "v2"));
        var listed = await scenario.Work.OkAsync("-c", $"protocol.version={version}", "ls-remote", "--symref", scenario.Url);
        Assert.StartsWith("ref: refs/heads/main\tHEAD", listed, StringComparison.Ordinal);
        Assert.Contains("refs/tags/v2^{}", listed, StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Shallow_deepen_and_unshallow(int version)
    {
        await using var scenario = await ServeHistoryAsync();
        var clone = await CloneAsync(scenario, version, "--quiet", "--depth=1");
        Assert.Equal("1", await InAsync(scenario, clone, "rev-list", "--count", "HEAD"));
        await InAsync(scenario, clone, "-c", $"protocol.version={version}", "fetch", "--quiet", "--deepen=2");
        Assert.Equal("3", await InAsync(scenario, clone, "rev-list", "--count", "HEAD"));
        await InAsync(scenario, clone, "-c", $"protocol.version={version}", "fetch", "--quiet", "--unshallow");
        Assert.Equal(await scenario.Work.OkAsync("rev-list", "--count", "main"), await InAsync(scenario, clone, "rev-list", "--count", "HEAD"));
        await InAsync(scenario, clone, "fsck", "--full", "--strict");
    }

    [Theory]
    [InlineData(0, "blob:none")]
    [InlineData(1, "blob:none")]
    [InlineData(2, "blob:none")]
    [InlineData(0, "tree:0")]
    [InlineData(1, "tree:0")]
    [InlineData(2, "tree:0")]
    public async Task A_partial_clone_leaves_out_what_it_is_told_and_fetches_it_later(int version, string filter)
    {
        await using var scenario = await ServeHistoryAsync();
        var clone = await CloneAsync(scenario, version, "--quiet", "--bare", $"--filter={filter}");
        var missing = await InAsync(scenario, clone, "rev-list", "--objects", "--all", "--missing=print");
        Assert.Contains("\n?", missing, StringComparison.Ordinal);

        // What was left out comes by its id: a reachable object is wanted.
        Assert.Equal(
            await scenario.Work.OkAsync("show", "main:file-1.txt"),
            await InAsync(scenario, clone, "-c", $"protocol.version={version}", "show", "main:file-1.txt"));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_commit_is_fetched_by_its_id_whether_a_ref_points_at_it_or_reaches_it(int version)
    {
        await using var scenario = await ServeHistoryAsync();
        var empty = await WorkRepository.CreateAsync(scenario.Server.Folder, "empty");
        foreach (var revision in (string[])["main", "main~2"])
        {
            var id = await scenario.Work.OkAsync("rev-parse", revision);
            await empty.OkAsync("-c", $"protocol.version={version}", "fetch", "--quiet", scenario.Url, id);
            Assert.Equal(id, await empty.OkAsync("rev-parse", "FETCH_HEAD"));
        }

        var absent = await empty.RunAsync("-c", $"protocol.version={version}", "fetch", scenario.Url, new string('a', 40));
        Assert.NotEqual(0, absent.Code);
        Assert.Contains("not our ref", absent.Errors, StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task The_advertisement_of_version_0_lists_what_clients_must_be_able_to_ask_for()
    {
        await using var scenario = await ServeHistoryAsync();
        var answer = await RawRequest.SendAsync(scenario.Server, "GET", $"{new Uri(scenario.Url).AbsolutePath}/info/refs?service=git-upload-pack");
        var capabilities = answer.Body[answer.Body.IndexOf('\0', StringComparison.Ordinal)..].Split('\n')[0].Split(' ');
        Assert.Superset(new HashSet<string> { "allow-tip-sha1-in-want", "allow-reachable-sha1-in-want", "filter", "shallow", "side-band-64k" }, capabilities.ToHashSet());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_request_that_the_client_has_compressed_is_understood(int version)
    {
        // git compresses what is over 1 KiB, such as a list of 60 commits that it has.
        await using var scenario = await ServeHistoryAsync();
        var clone = await CloneAsync(scenario, version, "--quiet");
        for (var number = 0; number < 60; number++)
        {
            // Newer than what is common, so that git speaks of these first.
            var date = new Dictionary<string, string> { ["GIT_COMMITTER_DATE"] = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1_000 + number} +0000" };
            var commit = await scenario.Work.Git.RunWithAsync(clone, date, "commit", "--quiet", "--allow-empty", "-m", $"Mine {number}");
            Assert.True(commit.Code == 0, commit.All);
        }

        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        var fetch = await scenario.Work.Git.RunWithAsync(
            clone, new Dictionary<string, string> { ["GIT_TRACE_CURL"] = "1" }, "-c", $"protocol.version={version}", "fetch", "origin");
        Assert.True(fetch.Code == 0, fetch.All);
        Assert.Contains("Content-Encoding: gzip", fetch.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(await scenario.Work.OkAsync("rev-parse", "main"), await InAsync(scenario, clone, "rev-parse", "origin/main"));
    }

    internal static async Task<Scenario> ServeHistoryAsync()
    {
        var scenario = await Scenario.StartAsync();
        for (var number = 0; number < 4; number++)
        {
            await scenario.Work.CommitAsync();
        }

        await scenario.ServeAsync();
        return scenario;
    }

    private static async Task<string> CloneAsync(Scenario scenario, int version, params string[] options)
    {
        var path = scenario.Server.Folder.Sub("clone");
        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, ["-c", $"protocol.version={version}", "clone", .. options, scenario.Url, path]);
        return path;
    }

    private static Task<string> InAsync(Scenario scenario, string folder, params string[] arguments) => scenario.Work.Git.OkAsync(folder, arguments);
}
