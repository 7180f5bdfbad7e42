using System.IO.Pipelines;
using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class ReceivePackRunTests
{
    private static readonly RefName Main = Scratch.Ref("refs/heads/main");

    [Theory]
    [InlineData(PushBody.Capabilities)]
    [InlineData("report-status-v2 side-band-64k")]
    [InlineData("report-status")]
    public async Task A_real_pack_is_taken_and_the_report_is_held_back(string capabilities)
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        var result = await PushAsync(scratch, repository, PushBody.Of([new(Main, Oid.Zero, tip)], PushBody.PackOf(scratch, tip), capabilities));
        Assert.True(result.Exit.Succeeded && result.Report.UnpackError is null);
        Assert.Equal([KeyValuePair.Create(Main, (string?)null)], result.Report.Refs);
        Assert.Equal(tip, repository.ReadRefs().Refs[Main]);
        Assert.Equal(0, scratch.TryRun("--git-dir", repository.Path, "fsck", "--full").Code);
        Assert.Single(Directory.GetFiles(Path.Combine(repository.Path, "objects", "pack"), "*.pack"));

        var deletion = await PushAsync(scratch, repository, PushBody.Of([new(Main, tip, Oid.Zero)], [], capabilities));
        Assert.Equal([KeyValuePair.Create(Main, (string?)null)], deletion.Report.Refs);
        Assert.Empty(repository.ReadRefs().Refs);
    }

    [Fact]
    public async Task A_client_that_wants_no_report_gets_none()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        var result = await PushAsync(scratch, repository, PushBody.Of([new(Main, Oid.Zero, tip)], PushBody.PackOf(scratch, tip), ""));
        Assert.True(result.Exit.Succeeded);
        Assert.Empty(result.Report.Refs);
        Assert.Equal(tip, repository.ReadRefs().Refs[Main]);
    }

    [Fact]
    public async Task An_old_value_that_has_moved_on_fails_that_ref_alone()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        scratch.Seed(repository, two, Main.Full);
        var other = Scratch.Ref("refs/tags/v1");
        var body = PushBody.Of([new(Main, Oid.Zero, one), new(other, Oid.Zero, one)], PushBody.PackOf(scratch, one));
        var result = await PushAsync(scratch, repository, body);
        Assert.NotNull(result.Report.ErrorOf(Main));
        Assert.Null(result.Report.ErrorOf(other));
        Assert.Equal((two, one), (repository.ReadRefs().Refs[Main], repository.ReadRefs().Refs[other]));
    }

    [Fact]
    public async Task Git_does_what_was_decided_and_not_what_was_sent()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        scratch.Seed(repository, one, Main.Full);
        var sent = new RefUpdate[] { new(Main, Oid.Zero, two), new(Scratch.Ref("refs/heads/other"), Oid.Zero, two) };
        var body = PushBody.Reader(PushBody.Of(sent, PushBody.PackOf(scratch, two), PushBody.Capabilities + " push-options atomic", "ci.skip", "x"));
        var request = await PushBody.RequestAsync(body);
        var result = await new ReceivePackRun(scratch.Git).RunAsync(
            repository, request, [new(Main, one, two)], body, long.MaxValue, (_, _) => ValueTask.CompletedTask, CancellationToken.None);
        Assert.Null(result.Report.UnpackError);
        Assert.Equal([KeyValuePair.Create(Main, two)], repository.ReadRefs().Refs);
    }

    [Fact]
    public async Task A_pack_over_the_limit_is_refused()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        var body = PushBody.Of([new(Main, Oid.Zero, tip)], PushBody.PackOf(scratch, tip));
        var result = await PushAsync(scratch, repository, body, mostPackBytes: 20);
        Assert.NotNull(result.Report.UnpackError);
        Assert.NotNull(Assert.Single(result.Report.Refs).Value);
        Assert.Empty(repository.ReadRefs().Refs);
    }

    [Fact]
    public async Task Broken_objects_are_refused_but_for_the_faults_of_old_histories()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tree = scratch.Run("rev-parse", $"{scratch.Commit("one")}^{{tree}}");
        Assert.Null((await PushCommitAsync("A <a@example.com> 1 +051800")).UnpackError);
        Assert.NotNull((await PushCommitAsync("A <a@example.com> one +0000")).UnpackError);

        async Task<ReceivePackReport> PushCommitAsync(string author)
        {
            var commit = Encoding.ASCII.GetBytes($"tree {tree}\nauthor {author}\ncommitter A <a@example.com> 1 +0000\n\nx\n");
            var id = Scratch.Id(Encoding.ASCII.GetString(scratch.Bytes(commit, "hash-object", "-w", "-t", "commit", "--stdin", "--literally").Output).Trim());
            var update = new RefUpdate(Scratch.Ref($"refs/heads/{id.Hex}"), Oid.Zero, id);
            return (await PushAsync(scratch, repository, PushBody.Of([update], PushBody.PackOf(scratch, id)))).Report;
        }
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_no_quarantine()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit(string.Concat(Enumerable.Range(0, 200_000).Select(number => $"{number * 7919 % 1_000_003}\n")));
        var body = PushBody.Of([new(Main, Oid.Zero, tip)], PushBody.PackOf(scratch, tip));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var sending = pipe.Writer.WriteAsync(body.AsMemory(0, body.Length - 1000)).AsTask();
        var request = await PushBody.RequestAsync(pipe.Reader);
        using var patience = new CancellationTokenSource();
        var objects = Path.Combine(repository.Path, "objects");
        var push = new ReceivePackRun(scratch.Git)
            .RunAsync(repository, request, request.Updates, pipe.Reader, long.MaxValue, (_, _) => ValueTask.CompletedTask, patience.Token);

        // Not as soon as the quarantine is there: git makes it just before it makes sure that it will remove it.
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.NotEmpty(Directory.GetDirectories(objects, "tmp_objdir*"));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push);
        Assert.Empty(Directory.GetDirectories(objects, "tmp_objdir*"));
        // The body is the caller's again, to drain.
        await pipe.Writer.CompleteAsync();
        await pipe.Reader.CopyToAsync(Stream.Null);
    }

    [Fact]
    public async Task A_push_by_path_is_refused()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        scratch.Commit("one");
        var (code, _, errors) = scratch.TryRun("push", repository.Path, "main");
        Assert.NotEqual(0, code);
        Assert.Contains("it did not come through the server", errors, StringComparison.Ordinal);
        Assert.Contains("Push to the clone URL", errors, StringComparison.Ordinal);
        Assert.Empty(repository.ReadRefs().Refs);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("\n", false)]
    [InlineData(".*\n", false)]
    [InlineData("{old} {new} refs/heads/mai\n", false)]
    [InlineData("x{old} {new} refs/heads/main\n", false)]
    [InlineData("{old} {old} refs/heads/main\n", false)]
    [InlineData("{old} {new} refs/heads/main\n", true)]
    [InlineData("{new} {old} refs/heads/other\n{old} {new} refs/heads/main\n", true)]
    public async Task The_fence_compares_whole_lines(string list, bool passes)
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        var file = Path.Combine(scratch.Folder, "list of authorised");
        File.WriteAllText(file, list.Replace("{old}", Oid.Zero.Hex, StringComparison.Ordinal).Replace("{new}", tip.Hex, StringComparison.Ordinal));
        Assert.Equal(passes, Push(file));
        Assert.Equal(passes, repository.ReadRefs().Refs.ContainsKey(Main));
        scratch.Commit("two");
        Assert.False(Push(Path.Combine(scratch.Folder, "absent")));
        Assert.False(Push(scratch.Folder));

        bool Push(string authorised) =>
            scratch.TryRun("push", $"--receive-pack=GITNOSTRBRIDGE_AUTHORISED='{authorised}' git-receive-pack", repository.Path, "main").Code == 0;
    }

    private static async Task<ReceivePackResult> PushAsync(Scratch scratch, BareRepository repository, byte[] bytes, long mostPackBytes = long.MaxValue)
    {
        var body = PushBody.Reader(bytes);
        var request = await PushBody.RequestAsync(body);
        return await new ReceivePackRun(scratch.Git)
            .RunAsync(repository, request, request.Updates, body, mostPackBytes, (_, _) => ValueTask.CompletedTask, CancellationToken.None);
    }
}
