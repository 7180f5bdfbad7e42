using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace GitNostrBridge.Git.Tests;

/// <summary>Push requests as a client sends them.</summary>
internal static class PushBody
{
    public const string Capabilities = " report-status side-band-64k object-format=sha1 agent=test";

    public static byte[] Of(IEnumerable<RefUpdate> updates, byte[] pack, string capabilities = Capabilities, params string[] options)
    {
        var body = new ArrayBufferWriter<byte>();
        var suffix = $"\0{capabilities}";
        foreach (var update in updates)
        {
            PktLine.Write(body, Encoding.UTF8.GetBytes($"{update.Old} {update.New} {update.Name}{suffix}"));
            suffix = "";
        }
        PktLine.WriteFlush(body);
        foreach (var option in options)
        {
            PktLine.Write(body, Encoding.UTF8.GetBytes(option));
        }

        if (options.Length > 0)
        {
            PktLine.WriteFlush(body);
        }

        body.Write(pack);
        return body.WrittenSpan.ToArray();
    }

    /// <summary>The pack that git makes of everything that a commit reaches.</summary>
    public static byte[] PackOf(Scratch scratch, Oid commit) =>
        scratch.Bytes(Encoding.ASCII.GetBytes($"{commit}\n"), "pack-objects", "--revs", "--stdout", "-q").Output;

    public static PipeReader Reader(byte[] body) => PipeReader.Create(new ReadOnlySequence<byte>(body));

    public static async Task<ReceivePackRequest> RequestAsync(PipeReader body) =>
        Assert.IsType<ReceivePackPeek.Commands>(await ReceivePackRequest.PeekAsync(body, PushLimits.Default, CancellationToken.None)).Request;
}
