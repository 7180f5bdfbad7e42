using System.IO.Pipelines;
using CsCheck;

namespace GitNostrBridge.Git.Tests;

public sealed class PackHeaderTests
{
    private static readonly RefUpdate Update = new(Scratch.Ref("refs/heads/main"), Oid.Zero, Scratch.Id(new string('a', 40)));

    [Fact]
    public void However_the_body_is_cut_the_number_of_objects_is_read_and_nothing_is_consumed() =>
        Gen.Select(Gen.UInt, Gen.Int[1, 40]).Sample((objects, cut) =>
        {
            byte[] pack = [.. "PACK"u8, 0, 0, 0, 2, (byte)(objects >> 24), (byte)(objects >> 16), (byte)(objects >> 8), (byte)objects, 1, 2, 3];
            var body = PushBody.Of([Update], pack);
            var pipe = new Pipe();
            var feeding = FeedAsync(pipe.Writer, body, cut);
            var request = PushBody.RequestAsync(pipe.Reader).GetAwaiter().GetResult();
            var read = PackHeader.PeekObjectsAsync(pipe.Reader, request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            using var all = new MemoryStream();
            pipe.Reader.CopyToAsync(all, CancellationToken.None).GetAwaiter().GetResult();
            feeding.GetAwaiter().GetResult();
            return read == objects && all.ToArray().AsSpan().SequenceEqual(body);
        }, time: 3);

    [Theory]
    [InlineData("")]
    [InlineData("PACK")]
    [InlineData("KCAP12345678")]
    public async Task What_is_no_pack_is_left_to_git(string pack)
    {
        var reader = PushBody.Reader(PushBody.Of([Update], System.Text.Encoding.ASCII.GetBytes(pack)));
        Assert.Null(await PackHeader.PeekObjectsAsync(reader, await PushBody.RequestAsync(reader), CancellationToken.None));
    }

    private static async Task FeedAsync(PipeWriter writer, byte[] body, int cut)
    {
        await Task.Yield();
        foreach (var part in body.Chunk(cut))
        {
            await writer.WriteAsync(part);
        }

        await writer.CompleteAsync();
    }
}
