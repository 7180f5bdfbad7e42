using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Pushes that must not go through, and what their senders read (R16, R18, R19).</summary>
public sealed class RefusedPushTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Without_a_state(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        var announcement = await scenario.AnnounceAsync();

        await RefusedAsync(scenario, "no maintainer has signed a state", "main");

        Assert.False(await scenario.IsServedAsync(announcement));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_another_commit_than_the_state_declares(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        var declared = await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        var pushed = await scenario.Work.CommitAsync();

        await RefusedAsync(scenario, $"expected {declared[..10]}, got {pushed[..10]} (state {state.Id.Hex[..8]} of {scenario.Owner.Npub[..12]})", "main");

        Assert.False(await scenario.IsServedAsync(state));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_ref_that_the_state_does_not_declare(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("branch", "extra");
        await RefusedAsync(scenario, "not declared", "extra");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_stale_state(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        var old = await scenario.Work.OkAsync("rev-parse", "main");
        await scenario.Work.CommitAsync();
        var newer = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(newer));

        await RefusedAsync(scenario, "expected", "--force", $"{old}:refs/heads/main");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stale_state_that_comes_late_never_moves_refs_back(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        var old = scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync());
        await scenario.ServeAsync();

        await scenario.SendAsync(old);

        Assert.False(await scenario.IsServedAsync(old));
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_state_of_a_foreign_author(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        var stranger = new Person();
        var refusal = await scenario.SendRefusedAsync(stranger.State(Scenario.Identifier, await scenario.Work.RefsAsync()));
        Assert.StartsWith("restricted: author not authorized for this repository", refusal, StringComparison.Ordinal);

        await RefusedAsync(scenario, "no maintainer has signed a state", "main");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_state_of_an_invitee_who_has_not_accepted(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        var invitee = new Person();
        await scenario.AnnounceAsync(invitee);
        var refusal = await scenario.SendRefusedAsync(invitee.State(Scenario.Identifier, await scenario.Work.RefsAsync()));
        Assert.StartsWith("restricted: author not authorized for this repository", refusal, StringComparison.Ordinal);

        await RefusedAsync(scenario, "no maintainer has signed a state", "main");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_ref_outside_heads_tags_and_nostr(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await RefusedAsync(scenario, "only refs/heads/, refs/tags/ and refs/nostr/ are kept here", "HEAD:refs/notes/commits");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_branch_pr_with_the_hint_to_send_a_pull_request(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await RefusedAsync(scenario, "send a pull request event (kind 1618)", "HEAD:refs/heads/pr/mine");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_wrong_ref_refuses_the_whole_push_and_each_ref_has_its_reason(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);
        var push = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, "main", "main:refs/heads/extra");
        Assert.NotEqual(0, push.Code);
        Assert.Contains("refs/heads/extra\t[remote rejected] (not declared", push.Output, StringComparison.Ordinal);
        Assert.Contains("refs/heads/main\t[remote rejected] (refused with the rest of this push)", push.Output, StringComparison.Ordinal);
        Assert.Empty(scenario.ServerRefs(scenario.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_large_body_behind_a_refusal_is_drained_so_that_the_reason_arrives(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(8 << 20));
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await RefusedAsync(scenario, "no maintainer has signed a state", "main");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task By_path_the_fence_refuses_what_the_server_has_not_authorised(int version)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.SpeakAsync(version);
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        var path = scenario.Server.Repository(scenario.Owner, Scenario.Identifier).Path;

        var push = await scenario.Work.RunAsync("-c", "safe.directory=*", "push", path, "main");

        Assert.NotEqual(0, push.Code);
        Assert.Contains("pre-receive hook declined", push.Errors, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Scenario scenario, string reason, params string[] pushArguments)
    {
        var before = scenario.ServerRefs(scenario.Owner);
        string[] options = [.. pushArguments.Where(argument => argument.StartsWith('-'))];
        var push = await scenario.Work.RunAsync(["push", "--porcelain", .. options, scenario.Url, .. pushArguments.Except(options)]);
        Assert.NotEqual(0, push.Code);
        Assert.Contains("[remote rejected]", push.Output, StringComparison.Ordinal);
        Assert.Contains(reason, push.Output, StringComparison.Ordinal);
        Assert.Contains("remote: ", push.Errors, StringComparison.Ordinal);
        Assert.Contains("next: ", push.Errors, StringComparison.Ordinal);
        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
