using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>The report on a push (gitprotocol-pack, "Report Status"): git's own, read; or a refusal of ours, written.</summary>
public sealed class ReceivePackReport
{
    private const int MaxReason = 200;

    private const int MaxLine = 400;

    private const byte DataBand = 1;

    private const byte ProgressBand = 2;

    private const byte ErrorBand = 3;

    private ReceivePackReport(bool unpackOk, IReadOnlyList<(RefName Ref, string? Error)> refs)
    {
        UnpackOk = unpackOk;
        Refs = refs;
    }

    /// <summary>Whether the pack was taken; false also when the client asked for no report.</summary>
    public bool UnpackOk { get; }

    /// <summary>Each reported ref, and why it did not move; null: it did.</summary>
    public IReadOnlyList<(RefName Ref, string? Error)> Refs { get; }

    /// <summary>
    /// The answer that refuses a whole push (R19): the reason for every ref, and the lines on side-band 2. Reasons are cut
    /// at 200 characters, lines at 400, and control characters go.
    /// </summary>
    public static byte[] Refusal(ReceivePackRequest request, Func<RefName, string> reason, IReadOnlyList<string> lines)
    {
        var answer = new ArrayBufferWriter<byte>();
        if (request.SideBand)
        {
            RefuseOnBands(answer, request, reason, lines);
        }
        else if (request.ReportStatus)
        {
            WriteReport(answer, request, reason);
        }
        else
        {
            PktLine.Write(answer, Text($"ERR {TerminalText.Clean(reason(request.Updates[0].Name), MaxReason)}"));
        }

        return answer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the answer of git to a push.</summary>
    internal static ReceivePackReport Read(ReceivePackRequest request, ReadOnlyMemory<byte> answer)
    {
        var unpackOk = false;
        var refs = new List<(RefName, string?)>();
        if (!request.ReportStatus)
        {
            return new ReceivePackReport(unpackOk, refs);
        }

        foreach (var line in Lines(request.SideBand ? Unband(answer) : answer))
        {
            var words = line.Split(' ', 3);
            if (line == "unpack ok")
            {
                unpackOk = true;
            }
            else if (words[0] is "ok" or "ng" && words.Length > 1 && RefName.TryParse(words[1], out var name))
            {
                refs.Add((name, words[0] == "ok" ? null : words.ElementAtOrDefault(2) ?? "failed"));
            }
        }
        return new ReceivePackReport(unpackOk, refs);
    }

    private static void RefuseOnBands(ArrayBufferWriter<byte> answer, ReceivePackRequest request, Func<RefName, string> reason, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            PktLine.WriteSideBand(answer, ProgressBand, Text($"{TerminalText.Clean(line, MaxLine)}\n"));
        }

        if (request.ReportStatus)
        {
            var report = new ArrayBufferWriter<byte>();
            WriteReport(report, request, reason);
            PktLine.WriteSideBand(answer, DataBand, report.WrittenSpan);
        }
        else
        {
            // Here git shows a bare ERR only as "bad band #69" (R19).
            PktLine.WriteSideBand(answer, ErrorBand, Text($"{TerminalText.Clean(reason(request.Updates[0].Name), MaxReason)}\n"));
        }
        PktLine.WriteFlush(answer);
    }

    private static void WriteReport(ArrayBufferWriter<byte> report, ReceivePackRequest request, Func<RefName, string> reason)
    {
        PktLine.Write(report, "unpack ok\n"u8);
        foreach (var update in request.Updates)
        {
            PktLine.Write(report, Text($"ng {update.Name} {TerminalText.Clean(reason(update.Name), MaxReason)}\n"));
        }

        PktLine.WriteFlush(report);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static ReadOnlyMemory<byte> Unband(ReadOnlyMemory<byte> answer)
    {
        var data = new ArrayBufferWriter<byte>();
        var rest = new ReadOnlySequence<byte>(answer);
        while (PktLine.TryRead(ref rest, out var line) == PktRead.Line)
        {
            if (line.Kind == PktKind.Data && line.Payload.Length > 0 && line.Payload.FirstSpan[0] == DataBand)
            {
                data.Write(line.Payload.Slice(1).ToArray());
            }
        }
        return data.WrittenMemory;
    }

    private static IEnumerable<string> Lines(ReadOnlyMemory<byte> report)
    {
        var rest = new ReadOnlySequence<byte>(report);
        while (PktLine.TryRead(ref rest, out var line) == PktRead.Line && line.Kind == PktKind.Data)
        {
            yield return Encoding.UTF8.GetString(line.Payload).TrimEnd('\n');
        }
    }
}
