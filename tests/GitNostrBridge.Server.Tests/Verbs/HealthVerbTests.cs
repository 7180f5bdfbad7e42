using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `health`.</summary>
public sealed class HealthVerbTests
{
    [Fact]
    public async Task A_running_server_is_well_and_exits_with_0()
    {
        await using var server = RunningServer.Start();
        var run = await VerbScene.RunAsync(server, "health");
        Assert.True(run.Code == ExitCodes.Fine, run.All);
        Assert.Contains("/healthz answers 200", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_says_no_and_a_server_that_is_not_there_are_not_well()
    {
        await using var server = RunningServer.Start();
        var no = await HealthVerb.AskAsync(VerbScene.SettingsFor(server), "no-such-page", CancellationToken.None);
        Assert.False(no.IsWell);
        Assert.Contains("404", no.Text, StringComparison.Ordinal);
        var gone = await HealthVerb.AskAsync(VerbScene.Read(["--Urls=http://127.0.0.1:1"]), "healthz", CancellationToken.None);
        Assert.False(gone.IsWell);
        Assert.Contains("Is the server running", gone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_listens_everywhere_and_below_a_path_is_asked_on_the_loopback_address()
    {
        await using var server = RunningServer.Start(("Grasp:BasePath", "/git"));
        var read = VerbScene.Read([$"--Urls=http://0.0.0.0:{server.Address.Port}", "--Grasp:BasePath=/git"]);
        Assert.Contains($"http://127.0.0.1:{server.Address.Port}/git/", (await HealthVerb.AskAsync(read, "healthz", CancellationToken.None)).Text, StringComparison.Ordinal);
    }
}
