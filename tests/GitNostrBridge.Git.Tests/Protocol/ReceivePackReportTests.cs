using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class ReceivePackReportTests
{
    private const string Reason = "refs/heads/main must be 1111111, got 2222222";

    [Fact]
    public async Task A_refusal_tells_every_ref_its_reason_and_hides_nothing_in_control_characters()
    {
        var request = await RequestAsync(PushBody.Capabilities, "main", "thème");
        var refusal = ReceivePackReport.Write(request, null, name => $"not {name.Short}\u001b[2J\n\u0007!", ["line\u009bone", new string('x', 5000)]);
        var report = ReceivePackReport.Read(request, refusal);
        Assert.Null(report.UnpackError);
        Assert.Equal(
            ["not main [2J !", "not thème [2J !"],
            [report.ErrorOf(Scratch.Ref("refs/heads/main")), report.ErrorOf(Scratch.Ref("refs/heads/thème"))]);
        var text = Encoding.UTF8.GetString(refusal);
        Assert.StartsWith("000e\u0002line one\n", text, StringComparison.Ordinal);
        Assert.Contains($"\u0002{new string('x', 400)}\n", text, StringComparison.Ordinal);
        Assert.EndsWith("0000" + "0000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_side_band_the_report_stands_alone_and_without_either_there_is_an_error()
    {
        var reported = ReceivePackReport.Write(await RequestAsync("report-status", "main"), null, _ => "no", ["unheard"]);
        Assert.Equal("000eunpack ok\n001ang refs/heads/main no\n" + "0000", Encoding.ASCII.GetString(reported));
        var bare = ReceivePackReport.Write(await RequestAsync("", "main"), null, _ => "no", []);
        Assert.Equal("000aERR no", Encoding.ASCII.GetString(bare));
    }

    [Fact]
    public async Task Many_refs_make_a_report_of_many_packets()
    {
        var request = await RequestAsync(PushBody.Capabilities, [.. Enumerable.Range(0, 1500).Select(number => $"branch-{number}")]);
        var report = ReceivePackReport.Read(request, ReceivePackReport.Write(request, null, name => $"{name.Short} {new string('x', 150)}", []));
        Assert.Equal(request.Updates.Select(update => update.Name), report.Refs.Keys);
    }

    [Fact]
    public async Task Refs_that_moved_refs_that_did_not_and_a_pack_that_was_not_taken_are_told_apart()
    {
        var request = await RequestAsync(PushBody.Capabilities, "main", "next");
        var some = ReceivePackReport.Read(request, ReceivePackReport.Write(request, null, name => name.Short == "next" ? "no" : null, []));
        Assert.Equal((null, null, "no"), (some.UnpackError, some.ErrorOf(Scratch.Ref("refs/heads/main")), some.ErrorOf(Scratch.Ref("refs/heads/next"))));
        var none = ReceivePackReport.Read(request, ReceivePackReport.Write(request, "too large", _ => "unpacker error", []));
        Assert.Equal(("too large", "unpacker error"), (none.UnpackError, none.ErrorOf(Scratch.Ref("refs/heads/main"))));
        var silent = ReceivePackReport.Read(request, ReadOnlyMemory<byte>.Empty);
        Assert.NotNull(silent.ErrorOf(Scratch.Ref("refs/heads/main")));
    }

    [Theory]
    [InlineData("report-status side-band-64k")]
    [InlineData("report-status-v2 side-band-64k")]
    [InlineData("report-status")]
    [InlineData("side-band-64k")]
    public async Task The_real_git_shows_the_reason(string capabilities)
    {
        var request = await RequestAsync(capabilities, "main");
        var errors = ShownByGit(capabilities, ReceivePackReport.Write(request, null, _ => Reason, ["expected 1111111", "next: git fetch"]));
        Assert.Equal(request.SideBand, errors.Contains("remote: next: git fetch", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("report-status side-band-64k", "main")]
    [InlineData("report-status", "main")]
    [InlineData("side-band-64k", "main")]
    [InlineData("report-status side-band-64k", "a..b")]
    [InlineData("report-status", "a..b")]
    [InlineData("side-band-64k", "a..b")]
    public async Task The_real_git_shows_why_a_command_list_was_not_read_to_its_end(string capabilities, string first)
    {
        var list = new ArrayBufferWriter<byte>();
        PktLine.Write(list, Encoding.ASCII.GetBytes($"{Oid.Zero} {new string('2', 40)} refs/heads/{first}\0 {capabilities}"));
        PktLine.Write(list, "nonsense"u8);
        var malformed = Assert.IsType<ReceivePackPeek.Malformed>(await ReceivePackRequest.PeekAsync(PushBody.Reader(list.WrittenSpan.ToArray()), PushLimits.Default, CancellationToken.None));
        ShownByGit(capabilities, ReceivePackReport.Refuse(malformed.Before, Reason));
    }

    [Fact]
    public async Task Whoever_did_not_come_to_say_how_to_answer_is_sent_an_error()
    {
        var malformed = Assert.IsType<ReceivePackPeek.Malformed>(await ReceivePackRequest.PeekAsync(PushBody.Reader("GET /"u8.ToArray()), PushLimits.Default, CancellationToken.None));
        Assert.Equal("0016ERR not a pkt-line", Encoding.ASCII.GetString(ReceivePackReport.Refuse(malformed.Before, malformed.Reason)));
    }

    private static string ShownByGit(string capabilities, byte[] told)
    {
        using var scratch = new Scratch();
        scratch.Commit("one");
        var answer = new ArrayBufferWriter<byte>();
        PktLine.Write(answer, Encoding.ASCII.GetBytes($"{Oid.Zero} capabilities^{{}}\0{capabilities}\n"));
        PktLine.WriteFlush(answer);
        answer.Write(told);
        var file = Path.Combine(scratch.Folder, "answer");
        File.WriteAllBytes(file, answer.WrittenSpan.ToArray());

        var (code, _, errors) = scratch.TryRun("push", $"--receive-pack=sh -c 'cat \"{file}\"; cat >/dev/null'", scratch.Folder, "main");
        Assert.NotEqual(0, code);
        Assert.Contains(Reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("protocol error", errors, StringComparison.Ordinal);
        return errors;
    }

    private static Task<ReceivePackRequest> RequestAsync(string capabilities, params string[] branches) =>
        PushBody.RequestAsync(PushBody.Reader(PushBody.Of(
            branches.Select(branch => new RefUpdate(Scratch.Ref($"refs/heads/{branch}"), Oid.Zero, Scratch.Id(new string('2', 40)))),
            [],
            capabilities)));
}
