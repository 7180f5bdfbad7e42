using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class UploadPackRunTests
{
    [Theory]
    [InlineData(GitService.UploadPack, null)]
    [InlineData(GitService.UploadPack, "version=1")]
    [InlineData(GitService.UploadPack, "version=2")]
    [InlineData(GitService.UploadPack, "version=2:version=1")]
    [InlineData(GitService.UploadPack, "version=9")]
    [InlineData(GitService.ReceivePack, null)]
    [InlineData(GitService.ReceivePack, "version=1")]
    public async Task The_advertisement_begins_as_that_of_git_http_backend(GitService service, string? gitProtocol)
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        scratch.Seed(repository, scratch.Commit("one"), "refs/heads/main");
        var ours = await AdvertiseAsync(scratch, repository, service, gitProtocol);
        var theirs = HttpBackend(scratch, repository, service, gitProtocol);
        Assert.Equal(Shape(theirs), Shape(ours));

        // Capabilities differ by configuration.
        static string[] Shape(string body) => body.Split('\n').Select(line => line.Split('\0')[0].TrimStart("0123456789abcdef".ToCharArray())).ToArray()[..2];
    }

    [Theory]
    [InlineData("version=2")]
    [InlineData("version=2; rm -rf /")]
    [InlineData("VERSION=2")]
    public async Task A_push_and_an_odd_header_are_answered_as_version_0(string gitProtocol)
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var push = await AdvertiseAsync(scratch, repository, GitService.ReceivePack, gitProtocol);
        Assert.StartsWith("001f# service=git-receive-pack\n0000", push, StringComparison.Ordinal);
        Assert.Contains(" report-status-v2 ", push, StringComparison.Ordinal);
        Assert.Contains(" push-options ", push, StringComparison.Ordinal);
        if (gitProtocol != "version=2")
        {
            Assert.StartsWith("001e# service=git-upload-pack\n0000", await AdvertiseAsync(scratch, repository, GitService.UploadPack, gitProtocol), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Version_0_offers_filters_and_any_reachable_commit_and_no_version_shows_recovery_refs()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        scratch.Seed(repository, scratch.Commit("one"), "refs/heads/main");
        scratch.Seed(repository, scratch.Commit("two"), "refs/recovery/1");
        var body = await AdvertiseAsync(scratch, repository, GitService.UploadPack, null);
        Assert.Contains(" allow-tip-sha1-in-want allow-reachable-sha1-in-want ", body, StringComparison.Ordinal);
        Assert.Contains(" filter ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("recovery", body, StringComparison.Ordinal);
        Assert.DoesNotContain("recovery", await AdvertiseAsync(scratch, repository, GitService.ReceivePack, null), StringComparison.Ordinal);
        var listed = await AskAsync(scratch, repository, "version=2", "command=ls-refs\n", null, "peel\n");
        Assert.Contains("refs/heads/main", Encoding.UTF8.GetString(listed.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("recovery", Encoding.UTF8.GetString(listed.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pack_of_a_reachable_commit_is_served_and_an_unreachable_one_is_not()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var (one, two, lost) = (scratch.Commit("one"), scratch.Commit("two"), scratch.Commit("lost"));
        scratch.Seed(repository, lost, "refs/heads/main");
        scratch.Seed(repository, two, "refs/heads/main");

        var (exit, body) = await AskAsync(scratch, repository, null, $"want {one} ofs-delta\n", "", "done\n");
        Assert.True(exit.Succeeded);
        Assert.Equal("0008NAK\nPACK", Encoding.ASCII.GetString(body, 0, 12));
        var clone = Path.Combine(scratch.Folder, "clone");
        scratch.Run("init", "--quiet", "--bare", clone);
        Assert.Equal(0, scratch.Bytes(body[8..], "--git-dir", clone, "index-pack", "--stdin").Code);
        Assert.Equal(one.Hex, scratch.Run("--git-dir", clone, "rev-parse", one.Hex));

        var refused = await AskAsync(scratch, repository, null, $"want {lost} ofs-delta\n", "", "done\n");
        Assert.False(refused.Exit.Succeeded);
        Assert.Contains("not our ref", Encoding.ASCII.GetString(refused.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_gone_is_an_exit_and_no_exception()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        await scratch.Repositories.RemoveAsync(Scratch.Owner, "project", CancellationToken.None);
        var exit = await new UploadPackRun(scratch.Git)
            .RunAsync(repository, null, Stream.Null, (stdout, ct) => stdout.CopyToAsync(Stream.Null, ct), CancellationToken.None);
        Assert.False(exit.Succeeded);
        Assert.NotEmpty(exit.Errors);
    }

    // Null stands for a delimiter, an empty line for a flush; a final flush in version 2.
    private static async Task<(GitExit Exit, byte[] Body)> AskAsync(Scratch scratch, BareRepository repository, string? gitProtocol, params string?[] lines)
    {
        var request = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            if (line is null)
            {
                request.Write("0001"u8);
            }
            else if (line.Length == 0)
            {
                PktLine.WriteFlush(request);
            }
            else
            {
                PktLine.Write(request, Encoding.ASCII.GetBytes(line));
            }
        }
        if (gitProtocol is not null)
        {
            PktLine.WriteFlush(request);
        }

        using var body = new MemoryStream();
        var exit = await new UploadPackRun(scratch.Git).RunAsync(
            repository, gitProtocol, new MemoryStream(request.WrittenSpan.ToArray()), (stdout, ct) => stdout.CopyToAsync(body, ct), CancellationToken.None);
        return (exit, body.ToArray());
    }

    private static async Task<string> AdvertiseAsync(Scratch scratch, BareRepository repository, GitService service, string? gitProtocol)
    {
        using var body = new MemoryStream();
        var exit = await new UploadPackRun(scratch.Git)
            .AdvertiseAsync(repository, service, gitProtocol, (stream, ct) => stream.CopyToAsync(body, ct), CancellationToken.None);
        Assert.Equal((0, ""), (exit.Code, exit.Errors));
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static string HttpBackend(Scratch scratch, BareRepository repository, GitService service, string? gitProtocol)
    {
        var name = service == GitService.UploadPack ? "upload-pack" : "receive-pack";
        var answer = scratch.TryRun(
            "-c",
            $"alias.backend=!GIT_PROJECT_ROOT='{Path.GetDirectoryName(repository.Path)}' PATH_INFO=/project.git/info/refs QUERY_STRING=service=git-{name} "
            + $"REQUEST_METHOD=GET REMOTE_USER=x GIT_HTTP_EXPORT_ALL=1 GIT_PROTOCOL='{gitProtocol}' git http-backend",
            "backend");
        Assert.Equal(0, answer.Code);
        return answer.Output.Split("\r\n\r\n", 2)[1];
    }
}
