using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Writes refs as git does in its advertisements and in its answers to ls-refs.</summary>
internal static class Advertisement
{
    private const int AroundNames = 4 * 64;

    /// <summary>The advertisement of version 0 to those who fetch: HEAD first, tags followed by what they stand for.</summary>
    public static byte[] ForFetch(AdvertisedRefs refs, AdvertisedCapabilities capabilities)
    {
        if (refs.Visible.Count == 0 && refs.Head.Value.IsZero)
        {
            return capabilities.EmptyUploadPack;
        }

        var output = Begin(UploadPackRun.ServiceHeader(GitService.UploadPack), refs);
        byte[] told =
        [
            .. capabilities.UploadPack,
            .. refs.Head is { Value.IsZero: false, Target: { } target } ? Encoding.UTF8.GetBytes($" symref=HEAD:{target}") : [],
            .. capabilities.AfterHead,
        ];
        if (!refs.Head.Value.IsZero)
        {
            WriteFirst(output, refs.Head.Value, "HEAD", ref told);
            WritePeeled(output, refs.Head.Peeled, "HEAD");
        }

        foreach (var entry in refs.Visible)
        {
            WriteFirst(output, entry.Value, entry.Name.Full, ref told);
            WritePeeled(output, entry.Peeled, entry.Name.Full);
        }

        return End(output);
    }

    /// <summary>The advertisement of version 0 to those who push: refs alone.</summary>
    public static byte[] ForPush(AdvertisedRefs refs, AdvertisedCapabilities capabilities)
    {
        if (refs.Visible.Count == 0)
        {
            return capabilities.EmptyReceivePack;
        }

        var output = Begin(UploadPackRun.ServiceHeader(GitService.ReceivePack), refs);
        var told = capabilities.ReceivePack;
        foreach (var entry in refs.Visible)
        {
            WriteFirst(output, entry.Value, entry.Name.Full, ref told);
        }

        return End(output);
    }

    /// <summary>The answer to ls-refs (gitprotocol-v2).</summary>
    public static byte[] List(AdvertisedRefs refs, LsRefsArguments arguments)
    {
        var output = Begin([], refs);
        var head = refs.Head;
        if (arguments.Matches("HEAD") && (!head.Value.IsZero || (arguments is { Unborn: true, Symrefs: true } && head.Target is not null)))
        {
            WriteListed(output, "HEAD", head, arguments);
        }

        foreach (var entry in refs.Visible)
        {
            if (arguments.Matches(entry.Name.Full))
            {
                WriteListed(output, entry.Name.Full, entry, arguments);
            }
        }

        return End(output);
    }

    private static void WriteListed(ArrayBufferWriter<byte> output, string name, AdvertisedRef entry, LsRefsArguments arguments)
    {
        var value = entry.Value.IsZero ? "unborn" : entry.Value.Hex;
        var target = arguments.Symrefs && entry.Target is { } symbolic ? $" symref-target:{symbolic}" : "";
        var peeled = arguments.Peel && !entry.Peeled.IsZero ? $" peeled:{entry.Peeled.Hex}" : "";
        Write(output, [value, " ", name, target, peeled, "\n"], []);
    }

    // The first line says what git can do.
    private static void WriteFirst(ArrayBufferWriter<byte> output, Oid value, string name, ref byte[] told)
    {
        Write(output, [value.Hex, " ", name, told.Length > 0 ? "\0" : "\n"], told);
        told = [];
    }

    private static void WritePeeled(ArrayBufferWriter<byte> output, Oid peeled, string name)
    {
        if (!peeled.IsZero)
        {
            Write(output, [peeled.Hex, " ", name, "^{}\n"], []);
        }
    }

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<string> parts, ReadOnlySpan<byte> end)
    {
        var length = end.Length;
        foreach (var part in parts)
        {
            length += Encoding.UTF8.GetByteCount(part);
        }

        PktLine.WriteLength(output, length);
        foreach (var part in parts)
        {
            Encoding.UTF8.GetBytes(part, output);
        }

        output.Write(end);
    }

    private static ArrayBufferWriter<byte> Begin(byte[] header, AdvertisedRefs refs)
    {
        var output = new ArrayBufferWriter<byte>(1024 + (refs.Visible.Count * AroundNames / 2));
        output.Write(header);
        return output;
    }

    private static byte[] End(ArrayBufferWriter<byte> output)
    {
        PktLine.WriteFlush(output);
        return output.WrittenSpan.ToArray();
    }
}
