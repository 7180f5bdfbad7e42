using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The ways in which people push what a state declares (R16, R17), in every protocol version.</summary>
public sealed class PushVariantTests
{
    public static MatrixTheoryData<string, int> OptionsInEachVersion { get; } = new(
        ["--atomic", "--force", "--push-option=ci.skip", "--signed=if-asked", "--no-thin", "--follow-tags"], [0, 1, 2]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Create_update_and_delete_in_one_push(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "old");
        await scenario.Work.OkAsync("tag", "-a", "v1", "-m", "First");
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);
        await PushAsync(scenario, version, "main", "old", "v1");

        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "new");
        await scenario.Work.OkAsync("branch", "-D", "old");
        await scenario.Work.OkAsync("tag", "-d", "v1");
        await scenario.Work.OkAsync("tag", "-a", "v2", "-m", "Second");
        var state = await scenario.SignAsync(scenario.Owner);
        await PushAsync(scenario, version, "main", "new", ":old", ":v1", "v2");

        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_annotated_tag_whose_state_also_tells_what_it_peels_to(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("tag", "-a", "v1", "-m", "First");
        await scenario.AnnounceAsync();
        var refs = new Dictionary<string, string>(await scenario.Work.RefsAsync())
        {
            ["refs/tags/v1^{}"] = await scenario.Work.OkAsync("rev-parse", "v1^{}"),
        };
        var state = scenario.Owner.State(Scenario.Identifier, refs);
        await scenario.SendAsync(state);
        await scenario.Work.OkAsync("push", scenario.Url, "main", "v1");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_states_wait_and_a_push_for_the_older_leaves_what_stands_at_the_newer(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var before = await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "topic");
        var older = await scenario.SignAsync(scenario.Owner);
        var newest = await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("checkout", "--quiet", "topic");
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("checkout", "--quiet", "main");
        var newer = await scenario.SignAsync(scenario.Owner);

        // main moves to where the newer state wants it; topic's commit is not here yet.
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.False(await scenario.IsServedAsync(newer));
        Assert.Equal(newest, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);

        var back = await scenario.Work.RunAsync("push", "--porcelain", "--force", scenario.Url, $"{before}:refs/heads/main");
        Assert.NotEqual(0, back.Code);
        Assert.Equal(newest, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);

        await scenario.Work.OkAsync("push", scenario.Url, "topic");
        Assert.True(await scenario.IsServedAsync(newer));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        Assert.NotEqual(older.Id, newer.Id);
    }

    [Fact]
    public async Task What_the_gate_has_done_already_may_be_pushed_once_more()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var tip = await scenario.Work.OkAsync("rev-parse", "main");
        await scenario.Work.OkAsync("branch", "--move", "main", "trunk");
        await scenario.SignAsync(scenario.Owner, "refs/heads/trunk");
        // All objects were here, so the refs have followed already; a client that has read them before still deletes and creates.
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        Assert.StartsWith("ref: refs/heads/trunk", await scenario.Work.OkAsync("ls-remote", "--symref", scenario.Url, "HEAD"), StringComparison.Ordinal);

        var zero = new string('0', 40);
        string[] lines = [$"{tip} {zero} refs/heads/main\0report-status", $"{zero} {tip} refs/heads/trunk"];
        var body = string.Concat(lines.Select(line => $"{line.Length + 4:x4}{line}")) + "0000";
        var answer = await RawRequest.SendAsync(scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack", System.Text.Encoding.ASCII.GetBytes(body));

        Assert.Contains("ok refs/heads/main\n", answer.Body, StringComparison.Ordinal);
        Assert.Contains("ok refs/heads/trunk\n", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OptionsInEachVersion))]
    public async Task With_an_option_that_people_use(string option, int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--allow-empty", "-m", "Rewritten");
        var state = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", option, scenario.Url, "+main");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_to_push_is_success_without_any_state(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var push = await scenario.Work.RunAsync("push", scenario.Url, "main");
        Assert.Equal((0, true), (push.Code, push.Errors.Contains("Everything up-to-date", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("report-status side-band-64k", "unpack ok")]
    [InlineData("report-status", "unpack ok")]
    [InlineData("report-status-v2 side-band-64k atomic", "unpack ok")]
    [InlineData("", "")]
    public async Task A_stale_old_value_counts_for_nothing_where_the_ref_is_as_wanted(string capabilities, string expected)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var tip = await scenario.Work.OkAsync("rev-parse", "main");
        foreach (var old in (string[])[new string('0', 40), new string('1', 40), tip])
        {
            var line = $"{old} {tip} refs/heads/main\0{capabilities}";
            var body = System.Text.Encoding.ASCII.GetBytes($"{line.Length + 4:x4}{line}0000");
            var answer = await RawRequest.SendAsync(scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack", body);
            Assert.Equal(200, answer.Status);
            Assert.Contains(expected, answer.Body, StringComparison.Ordinal);
            Assert.Contains(expected.Length > 0 ? "ok refs/heads/main\n" : "", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("ng ", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("ERR", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(tip, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task The_probe_before_a_large_push_is_answered_and_nothing_else_happens()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var probe = await RawRequest.SendAsync(scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack", "0000"u8.ToArray());
        Assert.Equal((200, ""), (probe.Status, probe.Body.Replace("0\r\n\r\n", "", StringComparison.Ordinal)));

        // git sends it itself when what it pushes is larger than its buffer.
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20));
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("-c", "http.postBuffer=65536", "push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task From_a_shallow_clone_with_the_history_here_and_with_a_reason_where_it_is_not(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.Work.CommitAsync();
        await scenario.ServeAsync();
        var shallow = await WorkRepository.CreateAsync(scenario.Server.Folder, "shallow");
        await shallow.OkAsync("fetch", "--quiet", "--depth=1", scenario.Url, "main");
        await shallow.OkAsync("reset", "--quiet", "--hard", "FETCH_HEAD");
        await shallow.CommitAsync("shallow");
        var state = scenario.Owner.State(Scenario.Identifier, await shallow.RefsAsync());
        await scenario.SendAsync(state);
        await shallow.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));

        const string Other = "other";
        await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, Other));
        await scenario.SendAsync(scenario.Owner.State(Other, await shallow.RefsAsync()));
        var refused = await shallow.RunAsync("push", "--porcelain", scenario.Server.CloneUrl(scenario.Owner, Other), "main");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("your clone is shallow and what it leaves out is not here: `git fetch --unshallow`", refused.Output, StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    private static Task<string> PushAsync(Scenario scenario, int version, params string[] refSpecs) =>
        scenario.Work.OkAsync(["-c", $"protocol.version={version}", "push", "--quiet", scenario.Url, .. refSpecs]);
}
