using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace GitNostrBridge.Git;

/// <summary>The head of a pack (gitformat-pack): the signature, the version and the number of objects.</summary>
public static class PackHeader
{
    private const int Bytes = 12;

    /// <summary>
    /// The number of objects that a push's pack declares, and consumes nothing: the next reader of the body gets the same bytes. Null when
    /// there is no pack, or something else, which is for git to judge.
    /// </summary>
    public static async ValueTask<uint?> PeekObjectsAsync(PipeReader body, ReceivePackRequest request, CancellationToken ct)
    {
        long examined = 0;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var pack = read.Buffer.Slice(request.Length);
            if (pack.Length >= Bytes || read.IsCompleted)
            {
                var objects = Read(pack);
                // As in ReceivePackRequest: what the last read brought stays unexamined, or the next reader would wait for more.
                body.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(examined));
                return objects;
            }

            examined = read.Buffer.Length;
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static uint? Read(ReadOnlySequence<byte> pack)
    {
        Span<byte> header = stackalloc byte[Bytes];
        if (pack.Length < Bytes)
        {
            return null;
        }

        pack.Slice(0, Bytes).CopyTo(header);
        return header.StartsWith("PACK"u8) ? BinaryPrimitives.ReadUInt32BigEndian(header[8..]) : null;
    }
}
