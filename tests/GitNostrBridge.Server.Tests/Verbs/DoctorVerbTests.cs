using System.Text.Json;
using GitNostrBridge.Grasp;
using GitNostrBridge.Storage;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `doctor`: what it finds, what it repairs, and what it leaves.</summary>
public sealed class DoctorVerbTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    private readonly Person _owner = new();

    private string[] _arguments = [];

    private string _repository = "";

    private string _commit = "";

    private VerbSettings Settings => VerbScene.Read(_arguments);

    // A server that has been stopped, with one repository.
    public async ValueTask InitializeAsync()
    {
        await using var server = RunningServer.StartOn(_folder, TimeProvider.System);
        await using var relay = await server.ConnectAsync();
        var work = await WorkRepository.CreateAsync(_folder);
        _commit = await work.CommitAsync();
        Assert.True((await relay.PublishAsync(_owner.Announce(server.Here, "project"))).Accepted);
        Assert.True((await relay.PublishAsync(_owner.State("project", await work.RefsAsync()))).Accepted);
        await work.OkAsync("push", server.CloneUrl(_owner, "project"), "main");
        _repository = server.Repository(_owner, "project").Path;
        _arguments = VerbScene.ArgumentsFor(server);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Sound_data_is_well_with_exit_code_0_deeply_too()
    {
        var run = await RunAsync("doctor", "--deep");
        Assert.True(run.Code == ExitCodes.Fine, run.All);
        Assert.Equal("All is well.", run.Output.Trim());
    }

    [Fact]
    public async Task Under_another_name_nothing_is_taken_for_wrong_and_nothing_is_repaired()
    {
        _arguments = [.. _arguments.Where(argument => !argument.StartsWith("--Grasp:Domain", StringComparison.Ordinal)), "--Grasp:Domain=another.example"];
        foreach (var words in new string[][] { ["doctor"], ["doctor", "--repair"], ["repo", "list"] })
        {
            var run = await RunAsync(words);
            Assert.Equal(ExitCodes.Failed, run.Code);
            Assert.Contains("no announcement here names https://another.example", run.All, StringComparison.Ordinal);
        }

        Assert.True(Directory.Exists(_repository));
    }

    [Fact]
    public async Task A_crowd_of_announcements_of_other_servers_hides_no_name()
    {
        await using (var store = await SqliteEventStore.OpenAsync(Settings.Options.Storage.RelayPath, CancellationToken.None))
        {
            foreach (var number in Enumerable.Range(0, 120))
            {
                await store.SaveAsync(new Person().Announce(new ServiceAddress("https", "other.example", "/"), $"of-others-{number}"), CancellationToken.None);
            }
        }

        var run = await RunAsync("doctor");
        Assert.DoesNotContain("no announcement here names", run.All, StringComparison.Ordinal);
        Assert.NotEqual(ExitCodes.Failed, run.Code);
    }

    [Fact]
    public async Task A_moved_ref_is_told_with_exit_code_1_and_moved_back_with_what_it_pointed_at_kept()
    {
        var other = await GitAsync("commit-tree", "-m", "other", await GitAsync("rev-parse", "main^{tree}"));
        await GitAsync("update-ref", "refs/heads/main", other);
        await GitAsync("update-ref", "refs/heads/stray", other);

        var look = await RunAsync("doctor", "--json");

        Assert.Equal(ExitCodes.Found, look.Code);
        var found = JsonDocument.Parse(look.Output).RootElement.GetProperty("found").EnumerateArray().ToList();
        Assert.Equal(2, found.Count(finding => finding.GetProperty("kind").GetString() == nameof(Violation.RefStandsElsewhere)));
        Assert.Equal(other, await GitAsync("rev-parse", "main"));
        var repair = await RunAsync("doctor", "--repair");
        Assert.True(repair.Code == ExitCodes.Fine, repair.All);
        Assert.Contains("repaired", repair.Output, StringComparison.Ordinal);
        Assert.Equal(_commit, await GitAsync("rev-parse", "main"));
        Assert.Contains(other, await GitAsync("for-each-ref", "--format=%(objectname)", "refs/recovery"), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Fine, (await RunAsync("doctor")).Code);
    }

    [Fact]
    public async Task Fences_foreign_hooks_settings_refs_and_leftovers_are_put_right_and_nothing_is_destroyed()
    {
        await GitAsync("update-ref", "refs/pull/1/head", _commit);
        await GitAsync("config", "core.hooksPath", "/elsewhere");
        File.Delete(Path.Combine(_repository, "hooks", "pre-receive"));
        await File.WriteAllTextAsync(Path.Combine(_repository, "hooks", "post-receive"), "#!/bin/sh\n");
        await File.WriteAllTextAsync(Path.Combine(_repository, "refs", "heads", "main.lock"), "");

        var treatment = await DoctorVerb.RepairAsync(Settings, readAll: false, CancellationToken.None);

        Assert.Empty(treatment.Remaining);
        Assert.Empty(treatment.Failed);
        Assert.Equal(
            ["Form", "Form", "Form", "ForeignRef", "Leftovers"],
            treatment.Found.Select(finding => finding.Kind).Order(StringComparer.Ordinal).OrderByDescending(kind => kind == "Form"));
        var aside = Assert.Single(Directory.GetDirectories(_repository, "hooks.aside-*"));
        Assert.True(File.Exists(Path.Combine(aside, "post-receive")));
        Assert.Contains("hooksPath", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_repository, "config.aside-*"))), StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(Path.Combine(_repository, "hooks", "pre-receive")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task An_orphan_is_set_aside_and_a_missing_repository_taken_back()
    {
        var orphan = Path.Combine(Path.GetDirectoryName(_repository)!, "orphan.git");
        await GitAsync("clone", "--quiet", "--bare", _repository, orphan);
        var read = VerbScene.Read(_arguments);
        await using (var server = await IdleServer.OpenToChangeAsync(read, CancellationToken.None))
        {
            server.Repositories.SetAside(_owner.Npub, "project", DateTimeOffset.UtcNow);
        }

        var treatment = await DoctorVerb.RepairAsync(Settings, readAll: false, CancellationToken.None);

        Assert.Contains(treatment.Found, finding => finding.Kind == nameof(Violation.RepositoryMissing));
        Assert.Contains(treatment.Found, finding => finding.Kind == nameof(Violation.WithoutAnnouncement));
        Assert.Empty(treatment.Remaining);
        Assert.Equal(_commit, await GitAsync("rev-parse", "main"));
        await using var after = await IdleServer.OpenToReadAsync(read, CancellationToken.None);
        Assert.Equal("orphan.git", Path.GetFileName(Assert.Single(after.Repositories.AllAside()).Repository.Path));
    }

    [Fact]
    public async Task A_repository_that_borrows_objects_is_made_whole()
    {
        var lender = Path.Combine(_folder.Path, "lender.git");
        await GitAsync("clone", "--quiet", "--bare", _repository, lender);
        await File.WriteAllTextAsync(Path.Combine(_repository, "objects", "info", "alternates"), Path.Combine(lender, "objects") + "\n");
        foreach (var pack in Directory.GetFiles(Path.Combine(_repository, "objects", "pack")))
        {
            File.Delete(pack);
        }

        var treatment = await DoctorVerb.RepairAsync(Settings, readAll: false, CancellationToken.None);

        Assert.Empty(treatment.Remaining);
        Directory.Delete(lender, recursive: true);
        await GitAsync("fsck", "--full");
    }

    [Fact]
    public async Task Lost_objects_cannot_be_repaired_and_the_exit_code_says_so()
    {
        foreach (var pack in Directory.GetFiles(Path.Combine(_repository, "objects", "pack")))
        {
            File.Delete(pack);
        }

        var run = await RunAsync("doctor", "--repair");

        Assert.Equal(ExitCodes.Found, run.Code);
        Assert.Contains("restore a backup", run.Output, StringComparison.Ordinal);
        Assert.Contains("git fsck", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_objects_come_back_from_another_owners_repository()
    {
        using var folder = new TestFolder();
        var (first, second) = (new Person(), new Person());
        string[] arguments;
        await using (var server = RunningServer.StartOn(folder, TimeProvider.System))
        {
            await using var relay = await server.ConnectAsync();
            var work = await WorkRepository.CreateAsync(folder);
            await work.CommitAsync();
            Assert.True((await relay.PublishAsync(first.Announce(server.Here, "project", second))).Accepted);
            Assert.True((await relay.PublishAsync(second.Announce(server.Here, "project", first))).Accepted);
            Assert.True((await relay.PublishAsync(first.State("project", await work.RefsAsync()))).Accepted);
            await work.OkAsync("push", server.CloneUrl(first, "project"), "main");
            arguments = VerbScene.ArgumentsFor(server);
        }

        foreach (var pack in Directory.GetFiles(folder.Sub("data", "git", second.Npub, "project.git", "objects", "pack")))
        {
            File.Delete(pack);
        }

        var treatment = await DoctorVerb.RepairAsync(VerbScene.Read(arguments), readAll: false, CancellationToken.None);

        Assert.Contains(treatment.Found, finding => finding is Finding.Unsound);
        Assert.Empty(treatment.Remaining);
        Assert.Empty(treatment.Failed);
    }

    [Fact]
    public async Task While_the_server_runs_it_looks_and_refuses_to_repair()
    {
        await using var server = await ServerProcess.StartAsync(_folder.Sub("data"), [.. _arguments.Where(argument => argument.StartsWith("--Grasp:Domain", StringComparison.Ordinal))]);
        Assert.Equal(ExitCodes.Fine, (await RunAsync("doctor")).Code);
        var repair = await RunAsync("doctor", "--repair");
        Assert.Equal(ExitCodes.Failed, repair.Code);
        Assert.Contains("the server must be stopped", repair.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_released_state_whose_author_has_left_is_a_note_and_no_fault()
    {
        var finding = new Finding.Broken(new Violation.AuthorHasLeft(new RepositoryAddress(_owner.Key, "project"), default, new Person().Key));
        await using var output = new StringWriter();
        DoctorVerb.Print(new Treatment([finding], [], [finding]), isRepair: false, asJson: false, output);
        Assert.StartsWith("note     ", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("All is well.", output.ToString().Trim(), StringComparison.Ordinal);
    }

    private Task<TestGitResult> RunAsync(params string[] words) => Verb.RunAsync(_folder.Path, _folder.Sub("home"), [.. words, .. _arguments]);

    private Task<string> GitAsync(params string[] arguments) =>
        new TestGit(_folder.Sub("home-git")).OkAsync(_repository, ["-c", $"safe.directory={_repository}", .. arguments]);
}
