using System.Diagnostics;

namespace GitNostrBridge.Server.Tests;

/// <summary>
/// A third client: isomorphic-git under Node. The variable ISOMORPHIC_GIT names the folder that `npm install --prefix` has filled;
/// without it the tests are skipped.
/// </summary>
public sealed class IsomorphicGitTests
{
    private const string Variable = "ISOMORPHIC_GIT";

    [Fact]
    public async Task Clone_push_and_fetch()
    {
        await using var scenario = await StartAsync();
        await scenario.ServeAsync();
        await RunAsync(scenario, "clone");
        var commit = (await RunAsync(scenario, "commit")).Output;
        await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit }));

        var push = await RunAsync(scenario, "push");

        Assert.True(push.Code == 0, push.Output);
        Assert.Equal(commit, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);
        await scenario.Work.OkAsync("pull", "--quiet", scenario.Url, "main");
        var next = await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        Assert.Equal(next, (await RunAsync(scenario, "fetch")).Output);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task The_reason_of_a_refusal_reaches_it()
    {
        await using var scenario = await StartAsync();
        await scenario.ServeAsync();
        await RunAsync(scenario, "clone");
        var commit = (await RunAsync(scenario, "commit")).Output;

        var push = await RunAsync(scenario, "push");

        Assert.Equal(1, push.Code);
        Assert.Contains($"got {commit[..10]}", push.Output, StringComparison.Ordinal);
    }

    private static async Task<Scenario> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder || !Directory.Exists(Path.Combine(folder, "node_modules", "isomorphic-git")))
        {
            Assert.Skip($"{Variable} names no folder with node_modules/isomorphic-git");
        }

        return await Scenario.StartAsync();
    }

    private static async Task<(int Code, string Output)> RunAsync(Scenario scenario, string verb)
    {
        var script = Path.Combine(SourceTree.Root, "tests", "GitNostrBridge.Server.Tests", "EndToEnd", "isomorphic-git.mjs");
        var start = new ProcessStartInfo("node", [script, Environment.GetEnvironmentVariable(Variable)!, scenario.Url, scenario.Server.Folder.Sub("web"), verb])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
