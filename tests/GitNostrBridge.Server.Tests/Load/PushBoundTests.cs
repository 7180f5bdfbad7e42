using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>Pushes that are too large for this server, and what their senders read (R19).</summary>
public sealed class PushBoundTests
{
    [Fact]
    public Task Too_many_objects_are_refused_before_git_starts() =>
        RefusedAsync("a push may bring 2 objects, this one has 3", ("Limits:ObjectsPerPush", "2"));

    [Fact]
    public Task A_full_disk_refuses_pushes() =>
        RefusedAsync("the server's disk is full", ("Limits:FreeDiskBytes", long.MaxValue.ToString()));

    [Fact]
    public Task A_repository_at_its_quota_refuses_pushes() =>
        RefusedAsync("this repository has reached its quota of 1 bytes", ("Limits:RepositoryBytes", "1"));

    [Fact]
    public Task A_server_at_its_quota_refuses_pushes() =>
        RefusedAsync("the server's quota for all repositories is used up", ("Limits:TotalBytes", "1"));

    [Fact]
    public Task Too_many_refs_in_a_repository_are_refused() =>
        RefusedAsync("a repository may have 1 refs; with this push it would have 2", ("Limits:RefsPerRepository", "1"));

    [Fact]
    public Task Too_many_refs_in_one_push_are_refused_in_words_and_not_by_a_bare_error() =>
        RefusedAsync("more than 1 refs in one push; push fewer at once", ("Limits:RefsPerPush", "1"));

    [Fact]
    public async Task A_list_of_over_a_megabyte_is_read_where_so_many_refs_are_allowed()
    {
        const int branches = 12_000;
        await using var scenario = await Scenario.StartAsync(("Limits:RefsPerPush", "20000"));
        await scenario.AnnounceAsync();
        var (none, one) = (new string('0', 40), new string('1', 40));
        var lines = Enumerable.Range(10_000, branches).Select(number => $"{none} {one} refs/heads/branch-{number}").ToList();
        lines[0] += "\0 report-status";
        var body = Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => $"{line.Length + 4:x4}{line}")) + "0000");
        Assert.InRange(body.Length, 1 << 20, int.MaxValue);

        var answer = await RawRequest.SendAsync(scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack", body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(branches, answer.Body.Split(" no maintainer has signed a state of this repository\n").Length - 1);
    }

    [Theory]
    [InlineData("Limits:PackBytes")]
    [InlineData("Limits:RepositoryBytes")]
    public async Task A_pack_that_proves_too_large_is_refused_by_git_in_words(string limit)
    {
        await using var scenario = await Scenario.StartAsync((limit, "2000000"));
        await scenario.Work.CommitAsync();
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(12 << 20));
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);

        var push = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, "main");

        Assert.NotEqual(0, push.Code);
        Assert.Contains("[remote rejected]", push.Output, StringComparison.Ordinal);
        Assert.Contains("pack exceeds maximum allowed size", push.Errors, StringComparison.Ordinal);
        Assert.Empty(scenario.ServerRefs(scenario.Owner));
        Assert.Empty(Leftovers.Below(scenario.Server.Folder.Sub("data", "git")));
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task A_deleted_ref_makes_room_for_a_new_one()
    {
        await using var scenario = await Scenario.StartAsync(("Limits:RefsPerRepository", "2"));
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "old");
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main", "old");
        await scenario.Work.OkAsync("branch", "-D", "old");
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("tag", "new");
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main", "new", ":old");
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    private static async Task RefusedAsync(string reason, params (string Key, string Value)[] settings)
    {
        await using var scenario = await Scenario.StartAsync(settings);
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "second");
        await scenario.AnnounceAsync();
        await scenario.SignAsync(scenario.Owner);

        var push = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, "main", "second");

        Assert.NotEqual(0, push.Code);
        Assert.Contains($"refs/heads/main\t[remote rejected] ({reason}", push.Output, StringComparison.Ordinal);
        Assert.Contains($"remote: {reason}", push.Errors, StringComparison.Ordinal);
        Assert.Empty(scenario.ServerRefs(scenario.Owner));
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
