namespace GitNostrBridge.Server.Tests;

/// <summary>Verbs that change the data, but for those that are made for it, refuse while a server runs on it, and change nothing.</summary>
public sealed class DataLockTests : IAsyncLifetime
{
    private const string Project = GitNostrBridge.Server.Tests.Scenario.Identifier;

    private Scenario? _scenario;

    private Scenario Scenario => _scenario!;

    public async ValueTask InitializeAsync()
    {
        _scenario = await Scenario.StartAsync();
        await Scenario.ServeAsync();
    }

    public ValueTask DisposeAsync() => Scenario.DisposeAsync();

    [Theory]
    [InlineData("doctor", "--repair")]
    [InlineData("repo", "remove", Project, "--yes")]
    [InlineData("restore", "backups")]
    [InlineData("import", "foreign", "--copy", "--events", "events.jsonl")]
    public async Task A_verb_that_changes_data_does_not_run_beside_a_server(params string[] words)
    {
        var folder = Scenario.Server.Folder;
        await File.WriteAllTextAsync(folder.Sub("events.jsonl"), "");
        Directory.CreateDirectory(folder.Sub("foreign"));
        Assert.Equal(ExitCodes.Fine, (await VerbScene.RunAsync(Scenario.Server, "backup", folder.Sub("backups"))).Code);
        var refs = Scenario.ServerRefs(Scenario.Owner);

        var run = await VerbScene.RunAsync(Scenario.Server, words);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("is in use by another process", run.Errors, StringComparison.Ordinal);
        Assert.Contains("the server must be stopped", run.Errors, StringComparison.Ordinal);
        Assert.Equal(refs, Scenario.ServerRefs(Scenario.Owner));
    }
}
