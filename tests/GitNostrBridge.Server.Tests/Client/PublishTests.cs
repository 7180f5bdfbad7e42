using System.Globalization;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `publish`, as a newcomer would use it.</summary>
public sealed class PublishTests : IAsyncLifetime
{
    private readonly RunningServer _server = RunningServer.Start();

    private WorkRepository? _work;

    private WorkRepository Work => _work!;

    private string Home => _server.Folder.Sub("home-work");

    public async ValueTask InitializeAsync() => _work = await WorkRepository.CreateAsync(_server.Folder);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_makes_a_key_announces_signs_pushes_and_prints_a_clone_url_that_works()
    {
        await Work.CommitAsync();
        await Work.OkAsync("branch", "next");
        await Work.OkAsync("tag", "-a", "v1", "-m", "First");

        var run = await PublishAsync(Work.Path);

        Assert.True(run.Code == 0, run.All);
        Assert.Equal(["key", "announced", "signed", "pushed"], run.Output.Split('\n').Take(4).Select(line => line.Split(' ')[0]));
        var url = run.Output.Split('\n').Single(line => line.Contains("git clone ", StringComparison.Ordinal)).Trim()["git clone ".Length..];
        await Work.Git.OkAsync(_server.Folder.Path, "clone", "--quiet", "--mirror", url, "clone");
        Assert.Equal(
            await Work.OkAsync("for-each-ref", "--format=%(refname) %(objectname)"),
            await Work.Git.OkAsync(_server.Folder.Sub("clone"), "for-each-ref", "--format=%(refname) %(objectname)"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Home, ".config", "gitnostrbridge", "key.nsec")));
    }

    [Fact]
    public async Task Run_again_it_brings_what_has_changed_and_drops_what_is_gone()
    {
        await Work.CommitAsync();
        await Work.OkAsync("branch", "gone");
        var first = await PublishAsync(Work.Path, "--name", "other-name");
        Assert.True(first.Code == 0, first.All);
        await Work.OkAsync("branch", "--delete", "gone");
        await Work.CommitAsync();

        var second = await PublishAsync(Work.Path, "--name", "other-name");

        Assert.True(second.Code == 0, second.All);
        var url = second.Output.Split('\n').Single(line => line.Contains("git clone ", StringComparison.Ordinal)).Trim()["git clone ".Length..];
        Assert.Contains("/other-name.git", url, StringComparison.Ordinal);
        var remote = await Work.OkAsync("ls-remote", "--heads", url);
        Assert.Equal($"{await Work.OkAsync("rev-parse", "main")}\trefs/heads/main", remote);
    }

    [Fact]
    public async Task A_key_file_is_read_and_kept()
    {
        await Work.CommitAsync();
        var person = new Person();
        var file = _server.Folder.Sub("my.key");
        await File.WriteAllTextAsync(file, person.SecretKey.ToNsec());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var run = await PublishAsync(Work.Path, "--key", file);

        Assert.True(run.Code == 0, run.All);
        Assert.Contains(person.Npub, run.Output, StringComparison.Ordinal);
        Assert.Contains("run `chmod 600 ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(person.SecretKey.ToNsec(), run.All, StringComparison.Ordinal);
        Assert.Equal(person.SecretKey.ToNsec(), await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_is_told_so() =>
        await FailsAsync("is not a git repository", "git -C", Directory.CreateDirectory(_server.Folder.Sub("empty")).FullName);

    [Fact]
    public async Task A_repository_without_a_commit_is_told_to_commit_first() =>
        await FailsAsync("has no branch and no tag yet", "Commit something first", Work.Path);

    [Fact]
    public async Task A_key_file_without_a_key_is_neither_used_nor_replaced()
    {
        await Work.CommitAsync();
        var file = _server.Folder.Sub("broken.key");
        await File.WriteAllTextAsync(file, "no key");
        await FailsAsync("holds no secret key", "--key", Work.Path, "--key", file);
        Assert.Equal("no key", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_server_that_does_not_run_is_told_how_to_be_started()
    {
        await Work.CommitAsync();
        var run = await Verb.RunAsync(_server.Folder.Path, Home, "publish", Work.Path, "--to", "http://127.0.0.1:1");
        Assert.Equal(1, run.Code);
        Assert.Contains("cannot be talked to", run.Errors, StringComparison.Ordinal);
        Assert.Contains(Executable.Published is null ? "`dotnet run --project src/GitNostrBridge.Server`" : "/gitnostrbridge`", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_known_by_another_name_refuses_the_announcement_and_says_which_it_expects()
    {
        await Work.CommitAsync();
        var port = _server.Address.Port.ToString(CultureInfo.InvariantCulture);
        var run = await Verb.RunAsync(_server.Folder.Path, Home, "publish", Work.Path, "--to", $"http://localhost:{port}");
        Assert.Equal(1, run.Code);
        Assert.Contains($"add http://127.0.0.1:{port}/npub1", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_or_odd_address_is_told_what_is_expected()
    {
        var missing = await Verb.RunAsync(_server.Folder.Path, Home, "publish", Work.Path);
        Assert.NotEqual(0, missing.Code);
        Assert.Contains("--to", missing.All, StringComparison.Ordinal);
        var odd = await Verb.RunAsync(_server.Folder.Path, Home, "publish", Work.Path, "--to", "ftp://example.org");
        Assert.NotEqual(0, odd.Code);
        Assert.Contains("--to must be an http or https URL", odd.All, StringComparison.Ordinal);
    }

    private Task<TestGitResult> PublishAsync(string path, params string[] options) =>
        Verb.RunAsync(_server.Folder.Path, Home, ["publish", path, "--to", _server.Here.Origin, .. options]);

    private async Task FailsAsync(string problem, string advice, string path, params string[] options)
    {
        var run = await PublishAsync(path, options);
        Assert.Equal(1, run.Code);
        Assert.Contains(problem, run.Errors, StringComparison.Ordinal);
        Assert.Contains(advice, run.Errors, StringComparison.Ordinal);
    }
}
