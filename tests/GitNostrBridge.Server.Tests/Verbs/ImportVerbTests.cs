using System.Text;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `import`, on a folder as another server leaves it: foreign hooks and settings, borrowed objects, and no event database of ours.</summary>
public sealed class ImportVerbTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    private readonly Person _owner = new();

    private readonly List<NostrEvent> _events = [];

    private WorkRepository? _work;

    private string _domain = "";

    private string Foreign => _folder.Sub("foreign");

    private string Repository => Path.Combine(Foreign, _owner.Npub, "project.git");

    private string EventFile => _folder.Sub("events.jsonl");

    private string[] Arguments => [.. VerbScene.ArgumentsFor(_folder.Sub("data")), $"--Grasp:Domain={_domain}"];

    // A server's repository, dressed as another server's: hooks of its own, objects in a family that is named by an absolute path.
    public async ValueTask InitializeAsync()
    {
        _work = await WorkRepository.CreateAsync(_folder);
        await using var server = RunningServer.Start();
        _domain = server.Here.Authority;
        await _work.CommitAsync();
        _events.Add(_owner.Announce(server.Here, "project"));
        _events.Add(_owner.State("project", await _work.RefsAsync()));
        _events.Add(_owner.Sign(EventKinds.Issue, [new("a", $"30617:{_owner.Key.Hex}:project")], "An issue"));
        await File.WriteAllLinesAsync(EventFile, _events.AsEnumerable().Reverse().Select(found => Encoding.UTF8.GetString(found.Json.Span)));

        Directory.CreateDirectory(Path.GetDirectoryName(Repository)!);
        await _work.OkAsync("clone", "--quiet", "--bare", _work.Path, Repository);
        await _work.OkAsync("clone", "--quiet", "--bare", _work.Path, _folder.Sub("family.git"));
        await Git("config", "uploadpack.allowFilter", "true");
        await File.WriteAllTextAsync(Path.Combine(Repository, "hooks", "post-receive"), "#!/bin/sh\nexit 1\n");
        await File.WriteAllTextAsync(Path.Combine(Repository, "objects", "info", "alternates"), _folder.Sub("family.git", "objects") + "\n");
        foreach (var file in Directory.EnumerateDirectories(Path.Combine(Repository, "objects"), "??").Concat(Directory.EnumerateFiles(Path.Combine(Repository, "objects", "pack"))).ToList())
        {
            Remove(file);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_folder_is_taken_over_in_place_and_serves_at_once()
    {
        string[] arguments = [.. Arguments, $"--Storage:GitPath={Foreign}"];
        var run = await Verb.RunAsync(_folder.Path, _folder.Sub("home"), ["import", Foreign, "--events", EventFile, .. arguments]);
        Assert.True(run.Code == ExitCodes.Fine, run.All);
        Assert.Contains("1 of 1 repositories are taken over, 3 of 3 events", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Repository, "objects", "info", "alternates")));
        Assert.False(File.Exists(Path.Combine(Repository, "hooks", "post-receive")));
        Remove(_folder.Sub("family.git"));
        await ServesAsync(("Storage:GitPath", Foreign));
    }

    [Fact]
    public async Task A_folder_is_copied_and_left_as_it_is_and_a_second_run_takes_nothing_twice()
    {
        var before = await File.ReadAllTextAsync(Path.Combine(Repository, "config"));
        var report = await ImportVerb.ImportAsync(VerbScene.Read(Arguments), new ImportSource(Foreign, IsCopied: true, [EventFile], []), CancellationToken.None);
        Assert.Empty(report.Findings);
        Assert.Null(Assert.Single(report.Repositories).Problem);
        Assert.Equal(3, report.Events.Accepted);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(Repository, "config")));
        Assert.True(File.Exists(Path.Combine(Repository, "hooks", "post-receive")));
        var again = await ImportVerb.ImportAsync(VerbScene.Read(Arguments), new ImportSource(Foreign, IsCopied: true, [EventFile], []), CancellationToken.None);
        Assert.Contains("here already", Assert.Single(again.Repositories).Problem, StringComparison.Ordinal);
        await ServesAsync();
    }

    [Fact]
    public async Task Without_the_events_nothing_is_taken_over()
    {
        var source = new ImportSource(Foreign, IsCopied: true, [], ["wss://127.0.0.1:1"]);
        await Assert.ThrowsAsync<VerbException>(() => ImportVerb.ImportAsync(VerbScene.Read(Arguments), source, CancellationToken.None));
        Assert.False(Directory.Exists(_folder.Sub("data", "git", _owner.Npub)));
    }

    [Fact]
    public async Task Events_come_from_a_relay_too()
    {
        await using var other = RunningServer.Start(("Grasp:Domain", _domain));
        var relayUrl = new UriBuilder(other.Listening) { Scheme = "ws" }.Uri;
        await using (var relay = new TestRelay(await RelayClient.ConnectAsync(relayUrl, TimeSpan.FromSeconds(10), CancellationToken.None)))
        {
            Assert.True((await relay.PublishAsync(_events[0])).Accepted);
            Assert.True((await relay.PublishAsync(_events[1])).Accepted);
            await _work!.OkAsync("push", $"{other.Listening}{_owner.Npub}/project.git", "main");
            Assert.True((await relay.PublishAsync(_events[2])).Accepted);
        }

        var source = new ImportSource(Foreign, IsCopied: true, [], [relayUrl.ToString()]);
        var settings = VerbScene.Read([.. Arguments, "--GitSync:AllowHttp=true", "--GitSync:AllowPrivateAddresses=true"]);
        var report = await ImportVerb.ImportAsync(settings, source, CancellationToken.None);

        Assert.Equal(3, report.Events.Accepted);
        await ServesAsync();
    }

    [Fact]
    public async Task What_cannot_be_taken_over_is_told_plainly()
    {
        Remove(_folder.Sub("family.git"));
        Directory.CreateDirectory(Path.Combine(Foreign, "somebody", "x.git"));
        await File.AppendAllTextAsync(EventFile, "nonsense\n");
        var report = await ImportVerb.ImportAsync(VerbScene.Read(Arguments), new ImportSource(Foreign, IsCopied: true, [EventFile], []), CancellationToken.None);
        await using var output = new StringWriter();
        ImportVerb.Print(report, asJson: false, output);
        Assert.Contains("somebody is no npub", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("it borrows objects from", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 lines or events are no genuine events", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_no_state_speaks_of_does_not_wait_for_its_end()
    {
        await File.WriteAllTextAsync(EventFile, Encoding.UTF8.GetString(_events[0].Json.Span) + "\n");
        var report = await ImportVerb.ImportAsync(VerbScene.Read(Arguments), new ImportSource(Foreign, IsCopied: true, [EventFile], []), CancellationToken.None);
        Assert.Equal("project", Assert.Single(report.Stateless).Identifier);
        await using var server = await IdleServer.OpenToReadAsync(VerbScene.Read(Arguments), CancellationToken.None);
        Assert.Empty(await server.Store.HeldTopicsAsync(CancellationToken.None));
        Assert.NotNull(server.Repositories.Find(_owner.Npub, "project"));
    }

    [Theory]
    [InlineData("is not Storage:GitPath", "--events", "events.jsonl")]
    [InlineData("there are no events", "--copy")]
    public async Task A_question_that_makes_no_sense_is_answered_with_what_to_do(string problem, params string[] options)
    {
        var run = await Verb.RunAsync(_folder.Path, _folder.Sub("home"), ["import", Foreign, .. options, .. Arguments]);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains(problem, run.Errors, StringComparison.Ordinal);
    }

    private async Task ServesAsync(params (string Key, string Value)[] settings)
    {
        await using var server = RunningServer.StartOn(_folder, TimeProvider.System, [("Grasp:Domain", _domain), .. settings]);
        var main = await _work!.OkAsync("ls-remote", $"{server.Listening}{_owner.Npub}/project.git", "refs/heads/main");
        Assert.Equal($"{await _work.OkAsync("rev-parse", "main")}\trefs/heads/main", main);
    }

    private Task<string> Git(params string[] arguments) => _work!.Git.OkAsync(Repository, ["-c", $"safe.directory={Repository}", .. arguments]);

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
