using System.Net;
using GitNostrBridge.Git;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Fetching wanted objects from another server, by way of a staging repository.</summary>
public sealed class GitFetchTests : IAsyncLifetime
{
    private static readonly FetchRoom Plenty = new(long.MaxValue, () => true);

    private readonly TestFolder _folder = new();
    private GitProcess _git = null!;
    private BareRepositories _repositories = null!;
    private BareRepository _target = null!;
    private RemoteGitServer _remote = null!;
    private WorkRepository _work = null!;

    public async ValueTask InitializeAsync()
    {
        _git = GitProcess.ForServer(_folder.Sub("home"));
        _repositories = new BareRepositories(_folder.Sub("git"), _git);
        _target = await _repositories.EnsureAsync("owner", "project", CancellationToken.None);
        _remote = await RemoteGitServer.StartAsync(_folder);
        _work = await WorkRepository.CreateAsync(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _remote.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commits_and_tags_come_with_all_that_they_refer_to()
    {
        var commit = await CommitAsync();
        await _work.OkAsync("tag", "-a", "v1", "-m", "One");
        var tag = Id(await _work.OkAsync("rev-parse", "v1"));
        await _remote.TakeAsync(_work, "project", "refs/*:refs/*");

        await AssertBroughtAsync(await FetchAsync([commit, tag]), commit, tag);

        Assert.Empty(_target.ReadRefs().Refs);
        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task An_older_commit_than_the_branch_is_brought_too()
    {
        var older = await CommitAsync();
        await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");

        await AssertBroughtAsync(await FetchAsync([older]), older);
    }

    [Fact]
    public async Task Objects_that_the_remote_has_not_do_not_stop_the_rest()
    {
        var first = await CommitAsync();
        await _work.OkAsync("checkout", "--quiet", "-b", "side");
        var second = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        var absent = Enumerable.Range(1, 12).Select(n => Id($"{n:x40}")).ToList();
        absent.Add(Id(new string('a', 64)));

        await AssertBroughtAsync(await FetchAsync([.. absent, first, second]), first, second);
    }

    [Fact]
    public async Task Of_nothing_but_unknown_objects_nothing_comes()
    {
        await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");

        Assert.IsType<FetchResult.Failed>(await FetchAsync([Id(new string('1', 40))]));

        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task What_a_lender_has_is_not_fetched_but_reaches_the_target()
    {
        var lender = await _repositories.EnsureAsync("lender", "project", CancellationToken.None);
        var old = await CommitAsync();
        await _work.Git.OkAsync(lender.Path, "-c", "safe.directory=*", "--git-dir", lender.Path, "fetch", "--quiet", _work.Path, "main:main");
        var fresh = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");

        var result = await Fetcher().FetchAsync(Remote(), [lender, _target], [new FetchWant(_target, [old, fresh])], Plenty, CancellationToken.None);

        await AssertBroughtAsync(result, old, fresh);
        Assert.False(lender.Contains(fresh));
    }

    [Fact]
    public async Task A_fetch_that_brings_too_much_is_stopped_and_leaves_nothing()
    {
        await File.WriteAllBytesAsync(Path.Combine(_work.Path, "large"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(1 << 20), CancellationToken.None);
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");

        Assert.IsType<FetchResult.Failed>(await FetchAsync([commit], Fetcher(maxBytes: 1 << 16)));

        Assert.False(_target.Contains(commit));
        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task A_fetch_that_takes_more_than_the_disk_has_is_stopped_and_leaves_nothing()
    {
        await File.WriteAllBytesAsync(Path.Combine(_work.Path, "large"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(1 << 20), CancellationToken.None);
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");

        Assert.IsType<FetchResult.NoRoom>(await FetchAsync([commit], room: new FetchRoom(1 << 16, () => true)));

        Assert.False(_target.Contains(commit));
        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task A_fetch_ends_when_others_have_filled_the_disk_meanwhile()
    {
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        _remote.Hold();
        var asked = 0;

        var result = await FetchAsync([commit], room: new FetchRoom(long.MaxValue, () => Interlocked.Increment(ref asked) < 2));

        Assert.IsType<FetchResult.NoRoom>(result);
        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_left_after_the_time_out()
    {
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        _remote.Hold();

        Assert.IsType<FetchResult.Failed>(await FetchAsync([commit], Fetcher(timeOut: TimeSpan.FromSeconds(1))));

        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task The_caller_may_give_up_and_nothing_is_left()
    {
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        _remote.Hold();
        using var patience = new CancellationTokenSource();
        var fetch = Fetcher().FetchAsync(Remote(), [_target], [new FetchWant(_target, [commit])], Plenty, patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        AssertNothingIsLeftBehind();
    }

    [Fact]
    public async Task Git_itself_follows_no_redirect()
    {
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        _remote.Redirect = $"{_remote.Origin}/elsewhere/project.git/info/refs?service=git-upload-pack";

        Assert.IsType<FetchResult.Failed>(await FetchAsync([commit]));

        Assert.Single(_remote.Requests);
    }

    [Theory]
    [InlineData("file://"), InlineData("ext::git upload-pack ")]
    public async Task Git_knows_no_other_protocol(string transport)
    {
        var commit = await CommitAsync();
        var other = new FetchRemote(new Uri(transport + _work.Path), [IPAddress.Loopback]);

        Assert.IsType<FetchResult.Failed>(await Fetcher().FetchAsync(other, [], [new FetchWant(_target, [commit])], Plenty, CancellationToken.None));
    }

    [Fact]
    public async Task A_name_is_looked_up_by_nobody_after_the_guard_has_allowed_it()
    {
        var commit = await CommitAsync();
        await _remote.TakeAsync(_work, "project", "refs/heads/*:refs/heads/*");
        var port = new Uri(_remote.Origin).Port;
        var named = new FetchRemote(new Uri($"http://name.invalid:{port}/remote/project.git"), [IPAddress.Loopback]);

        await AssertBroughtAsync(await Fetcher().FetchAsync(named, [_target], [new FetchWant(_target, [commit])], Plenty, CancellationToken.None), commit);
    }

    [Fact]
    public void What_a_crash_left_is_swept()
    {
        Directory.CreateDirectory(_folder.Sub("git", ".staging", "left.git", "objects"));

        Fetcher().Sweep();

        AssertNothingIsLeftBehind();
    }

    private static Oid Id(string hex) => Oid.TryParse(hex, out var oid) ? oid : throw new FormatException(hex);

    private async Task<Oid> CommitAsync() => Id(await _work.CommitAsync());

    private FetchRemote Remote() => new(new Uri(_remote.UrlOf("project")), [IPAddress.Loopback]);

    private GitFetch Fetcher(long maxBytes = 1 << 30, TimeSpan? timeOut = null) =>
        new(_git, _repositories, new ObjectTransfer(_git), new FetchLimits(timeOut ?? TimeSpan.FromMinutes(1), maxBytes));

    private Task<FetchResult> FetchAsync(IReadOnlyCollection<Oid> oids, GitFetch? fetch = null, FetchRoom? room = null) =>
        (fetch ?? Fetcher()).FetchAsync(Remote(), [_target], [new FetchWant(_target, oids)], room ?? Plenty, CancellationToken.None);

    private async Task AssertBroughtAsync(FetchResult result, params Oid[] oids)
    {
        Assert.True(result is FetchResult.Brought, result.ToString());
        Assert.Equal(oids.ToHashSet(), ((FetchResult.Brought)result).Oids.ToHashSet());
        Assert.True(await new Connectivity(_git).IsCompleteAsync(_target, oids, CancellationToken.None));
    }

    private void AssertNothingIsLeftBehind()
    {
        var staging = _folder.Sub("git", ".staging");
        Assert.True(!Directory.Exists(staging) || Directory.GetFileSystemEntries(staging).Length == 0);
    }
}
