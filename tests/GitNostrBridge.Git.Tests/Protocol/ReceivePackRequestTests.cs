using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CsCheck;

namespace GitNostrBridge.Git.Tests;

public sealed class ReceivePackRequestTests
{
    private const string One = "1111111111111111111111111111111111111111";

    private const string Two = "2222222222222222222222222222222222222222";

    private static readonly Gen<Oid> Ids = Gen.Char["0123456789abcdef"].Array[40].Select(digits => Scratch.Id(new string(digits)));

    private static readonly Gen<RefUpdate[]> Lists = Gen.Select(Gen.OneOf("main", "a/b", "thème", "😀", "x"), Gen.Int[0, 999], Ids, Ids)
        .Select((name, number, old, @new) => new RefUpdate(Scratch.Ref($"refs/heads/{name}/{number}"), old, @new))
        .Array[1, 40].Select(updates => updates.DistinctBy(update => update.Name).ToArray());

    [Fact]
    public async Task A_command_list_is_read_in_any_pieces_and_nothing_is_consumed() =>
        await Gen.Select(Lists, Gen.Byte.Array[0, 200], Gen.Int[1, 400]).SampleAsync(async (updates, pack, chunk) =>
        {
            var body = PushBody.Of(updates, pack);
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var writing = WriteAsync(pipe.Writer, body, chunk);
            var request = await PushBody.RequestAsync(pipe.Reader);
            Assert.Equal(updates, request.Updates);
            Assert.True(request is { SideBand: true, ReportStatus: true, Atomic: false, IsShallow: false });
            await using var rest = pipe.Reader.AsStream();
            using var read = new MemoryStream();
            await rest.CopyToAsync(read);
            await writing;
            Assert.Equal(body, read.ToArray());
        });

    [Fact]
    public async Task After_the_peek_the_same_bytes_are_there_at_once_though_no_more_may_ever_come()
    {
        var body = PushBody.Of([new RefUpdate(Scratch.Ref("refs/heads/main"), Scratch.Id(One), Oid.Zero)], []);
        for (var first = 1; first < body.Length; first++)
        {
            var pipe = new Pipe();
            await pipe.Writer.WriteAsync(body.AsMemory(0, first));
            var peek = PushBody.RequestAsync(pipe.Reader);
            await pipe.Writer.WriteAsync(body.AsMemory(first));
            await peek;
            Assert.True(pipe.Reader.TryRead(out var read));
            Assert.Equal(body, read.Buffer.ToArray());
        }
    }

    [Theory]
    [InlineData("report-status-v2 atomic", false, true, true)]
    [InlineData("side-band-64k=1 report-status=x", true, true, false)]
    [InlineData("quiet\tside-band-64k\nreport-status", true, true, false)]
    [InlineData("side-band side-band-64", false, false, false)]
    [InlineData("agent=a\0report-status", false, false, false)]
    [InlineData("", false, false, false)]
    public async Task Capabilities_are_read_as_git_reads_them(string capabilities, bool sideBand, bool report, bool atomic)
    {
        var request = Assert.IsType<ReceivePackPeek.Commands>(await PeekAsync($"{One} {Two} refs/heads/main\0{capabilities}")).Request;
        Assert.Equal((sideBand, report, atomic), (request.SideBand, request.ReportStatus, request.Atomic));
    }

    [Fact]
    public async Task A_line_feed_at_the_end_is_no_part_of_a_name_and_other_blanks_are()
    {
        var request = Assert.IsType<ReceivePackPeek.Commands>(await PeekAsync($"shallow {One}\n", $"{One} {Two} refs/heads/a\u00a0b\0\n", $"{One} {Two} refs/heads/c\n")).Request;
        Assert.Equal(["refs/heads/a\u00a0b", "refs/heads/c"], request.Updates.Select(update => update.Name.Full));
        Assert.True(request.IsShallow);
    }

    [Fact]
    public async Task A_lone_flush_is_a_probe() => Assert.IsType<ReceivePackPeek.Probe>(await PeekAsync());

    [Theory]
    [InlineData("push-cert\0 report-status")]
    [InlineData("")]
    [InlineData(One + " " + Two)]
    [InlineData(One + "\t" + Two + " refs/heads/main")]
    [InlineData(One + "  " + Two + " refs/heads/main")]
    [InlineData("11111 " + Two + " refs/heads/main")]
    [InlineData("ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD " + Two + " refs/heads/main")]
    [InlineData("shallow abc")]
    [InlineData("shallow " + One + "\0report-status")]
    public async Task Other_lines_are_malformed(string line) => Assert.IsType<ReceivePackPeek.Malformed>(await PeekAsync(line));

    [Theory]
    [InlineData("HEAD")]
    [InlineData("refs/heads/a..b")]
    [InlineData("refs/heads/a.lock")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a\n")]
    [InlineData("")]
    public async Task Bad_names_are_named(string name)
    {
        var malformed = Assert.IsType<ReceivePackPeek.Malformed>(await PeekAsync($"{One} {Two} {name}\0"));
        Assert.EndsWith(name.TrimEnd(), malformed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_commands_for_one_ref_and_late_capabilities_are_malformed()
    {
        Assert.IsType<ReceivePackPeek.Malformed>(await PeekAsync($"{One} {Two} refs/heads/main\0", $"{One} {One} refs/heads/main"));
        Assert.IsType<ReceivePackPeek.Malformed>(await PeekAsync($"{One} {Two} refs/heads/main", $"{One} {One} refs/heads/other\0report-status"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0003")]
    [InlineData("GET /")]
    [InlineData("00010000")]
    [InlineData("00020000")]
    [InlineData("00670000")]
    public async Task Bytes_that_are_no_command_list_are_malformed(string bytes) =>
        Assert.IsType<ReceivePackPeek.Malformed>(await PeekBytesAsync(Encoding.ASCII.GetBytes(bytes), PushLimits.Default));

    [Fact]
    public async Task Names_that_are_not_UTF_8_are_malformed()
    {
        var body = new ArrayBufferWriter<byte>();
        PktLine.Write(body, [.. Encoding.ASCII.GetBytes($"{One} {Two} refs/heads/"), 0xff, 0xfe, 0]);
        PktLine.WriteFlush(body);
        Assert.IsType<ReceivePackPeek.Malformed>(await PeekBytesAsync(body.WrittenSpan.ToArray(), PushLimits.Default));
    }

    [Fact]
    public async Task Too_many_refs_and_too_many_bytes_are_too_large()
    {
        var lines = Enumerable.Range(0, 11).Select(number => $"{One} {Two} refs/heads/{number}").ToArray();
        Assert.IsType<ReceivePackPeek.Commands>(await PeekBytesAsync(Body(lines[..10]), new PushLimits(10, 10_000)));
        Assert.IsType<ReceivePackPeek.TooLarge>(await PeekBytesAsync(Body(lines), new PushLimits(10, 10_000)));
        Assert.IsType<ReceivePackPeek.TooLarge>(await PeekBytesAsync(Body(lines), new PushLimits(100, 900)));
        Assert.IsType<ReceivePackPeek.TooLarge>(await PeekBytesAsync(Body([.. Enumerable.Repeat($"shallow {One}", 500)]), new PushLimits(10, 10_000)));
        // A list that never ends must not be waited for.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Body(lines).AsMemory(0, 1000));
        Assert.IsType<ReceivePackPeek.TooLarge>(await ReceivePackRequest.PeekAsync(pipe.Reader, new PushLimits(100, 900), CancellationToken.None));
    }

    [Fact]
    public async Task How_a_list_comes_in_does_not_decide_whether_it_is_too_large()
    {
        var list = Body([.. Enumerable.Range(10, 20).Select(number => $"{One} {Two} refs/heads/{number}")]);
        for (var first = 1; first <= list.Length; first++)
        {
            Assert.IsType<ReceivePackPeek.Commands>(await PeekAsync(first, list.Length));
            Assert.IsType<ReceivePackPeek.TooLarge>(await PeekAsync(first, list.Length - 1));
        }

        async Task<ReceivePackPeek> PeekAsync(int first, int mostBytes)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await pipe.Writer.WriteAsync(list.AsMemory(0, first));
            var peek = ReceivePackRequest.PeekAsync(pipe.Reader, new PushLimits(100, mostBytes), CancellationToken.None);
            await pipe.Writer.WriteAsync(list.AsMemory(first));
            return await peek;
        }
    }

    [Fact]
    public void Room_for_the_bytes_of_a_push_grows_with_the_refs_that_it_may_have() =>
        Assert.Equal([512 * 1024, 512 * 1024, 5_120_000, int.MaxValue], [PushLimits.Of(1).MaxCommandListBytes, PushLimits.Of(2_000).MaxCommandListBytes, PushLimits.Of(20_000).MaxCommandListBytes, PushLimits.Of(int.MaxValue).MaxCommandListBytes]);

    [Fact]
    public async Task Random_bytes_never_throw() => await Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Select(Lists, Gen.Int[0, 100], Gen.Byte).Select((updates, at, value) =>
            {
                var body = PushBody.Of(updates, []);
                body[at] = value;
                return body;
            }))
        .SampleAsync(async bytes => Assert.NotNull(await PeekBytesAsync(bytes, PushLimits.Default)));

    private static ValueTask<ReceivePackPeek> PeekAsync(params string[] lines) => PeekBytesAsync(Body(lines), PushLimits.Default);

    private static ValueTask<ReceivePackPeek> PeekBytesAsync(byte[] body, PushLimits limits) =>
        ReceivePackRequest.PeekAsync(PushBody.Reader(body), limits, CancellationToken.None);

    private static byte[] Body(string[] lines)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            PktLine.Write(body, Encoding.UTF8.GetBytes(line));
        }

        PktLine.WriteFlush(body);
        return body.WrittenSpan.ToArray();
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] body, int chunk)
    {
        for (var start = 0; start < body.Length; start += chunk)
        {
            await writer.WriteAsync(body.AsMemory(start, Math.Min(chunk, body.Length - start)));
            await Task.Yield();
        }
        await writer.CompleteAsync();
    }
}
