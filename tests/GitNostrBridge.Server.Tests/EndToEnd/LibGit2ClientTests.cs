using LibGit2Sharp;

namespace GitNostrBridge.Server.Tests;

/// <summary>A second client: libgit2, as many Nostr git tools use it.</summary>
public sealed class LibGit2ClientTests
{
    [Fact]
    public async Task Clone_fetch_and_push()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var path = scenario.Server.Folder.Sub("clone");
        Repository.Clone(scenario.Url, path);
        using var clone = new Repository(path);
        Assert.Equal(await scenario.Work.OkAsync("rev-parse", "main"), clone.Head.Tip.Sha);

        var commit = Commit(clone);
        await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit }));
        Assert.Empty(Push(clone, "refs/heads/main"));
        Assert.Equal(commit, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);

        await scenario.Work.OkAsync("pull", "--quiet", scenario.Url, "main");
        var next = await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        Commands.Fetch(clone, "origin", [], new FetchOptions(), null);
        Assert.Equal(next, clone.Branches["origin/main"].Tip.Sha);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task The_reason_of_a_refusal_reaches_it()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var path = scenario.Server.Folder.Sub("clone");
        Repository.Clone(scenario.Url, path);
        using var clone = new Repository(path);
        var declared = clone.Head.Tip.Sha;
        var commit = Commit(clone);

        var error = Assert.Single(Push(clone, "refs/heads/main"));

        Assert.StartsWith($"refs/heads/main: expected {declared[..10]}, got {commit[..10]}", error, StringComparison.Ordinal);
    }

    private static string Commit(Repository clone)
    {
        var author = new Signature("Test", "test@example.invalid", DateTimeOffset.UnixEpoch);
        return clone.Commit("Another", author, author, new CommitOptions { AllowEmptyCommit = true }).Sha;
    }

    private static List<string> Push(Repository clone, string refSpec)
    {
        var errors = new List<string>();
        clone.Network.Push(
            clone.Network.Remotes["origin"], refSpec, new PushOptions { OnPushStatusError = error => errors.Add($"{error.Reference}: {error.Message}") });
        return errors;
    }
}
