using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>The report on a push (gitprotocol-pack, "Report Status"): git's own is read, the client's is written by us.</summary>
public sealed class ReceivePackReport
{
    private const int MaxReason = 200;

    private const int MaxLine = 400;

    private const string Unpack = "unpack ";

    private const string NoReport = "git ended without a report";

    private const byte DataBand = 1;

    private const byte ProgressBand = 2;

    private const byte ErrorBand = 3;

    private readonly Dictionary<RefName, string?> _errors = [];

    private ReceivePackReport(string? unpackError) => UnpackError = unpackError;

    /// <summary>Why the pack was not taken; null: it was.</summary>
    public string? UnpackError { get; private set; }

    /// <summary>Each reported ref, and why it did not move; null: it did.</summary>
    public IReadOnlyDictionary<RefName, string?> Refs => _errors;

    /// <summary>Why a ref did not move; null: it did, or the client asked for no report and git did not tell.</summary>
    public string? ErrorOf(RefName name) => _errors.TryGetValue(name, out var error) ? error : UnpackError;

    /// <summary>
    /// The answer to a push: `unpack ok`, or why the pack was not taken; then ok for every ref that is as the client wants it, or why not.
    /// The lines go on side-band 2 (R19). Reasons are cut at 200 characters, lines at 400, and control characters go.
    /// </summary>
    public static byte[] Write(ReceivePackRequest request, string? unpackError, Func<RefName, string?> error, IReadOnlyList<string> lines)
    {
        var answer = new ArrayBufferWriter<byte>();
        if (request.SideBand)
        {
            WriteOnBands(answer, request, unpackError, error, lines);
        }
        else if (request.ReportStatus)
        {
            WriteReport(answer, request, unpackError, error);
        }
        else if ((unpackError ?? FirstError(request, error)) is { } reason)
        {
            PktLine.Write(answer, Text($"ERR {TerminalText.Clean(reason, MaxReason)}"));
        }

        return answer.WrittenSpan.ToArray();
    }

    /// <summary>The answer to a command list that was not read to its end: to the refs that were read, and in words that any client shows (R19).</summary>
    public static byte[] Refuse(ReceivePackRequest before, string reason) => Write(before, reason, _ => reason, [reason]);

    /// <summary>Reads the answer of git to a push.</summary>
    internal static ReceivePackReport Read(ReceivePackRequest request, ReadOnlyMemory<byte> answer)
    {
        var report = new ReceivePackReport(request.ReportStatus ? NoReport : null);
        if (!request.ReportStatus)
        {
            return report;
        }

        foreach (var line in Lines(request.SideBand ? Unband(answer) : answer))
        {
            var words = line.Split(' ', 3);
            if (line.StartsWith(Unpack, StringComparison.Ordinal))
            {
                report.UnpackError = line == Unpack + "ok" ? null : line[Unpack.Length..];
            }
            else if (words[0] is "ok" or "ng" && words.Length > 1 && RefName.TryParse(words[1], out var name))
            {
                report._errors[name] = words[0] == "ok" ? null : words.ElementAtOrDefault(2) ?? "failed";
            }
        }
        return report;
    }

    private static void WriteOnBands(
        ArrayBufferWriter<byte> answer, ReceivePackRequest request, string? unpackError, Func<RefName, string?> error, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            PktLine.WriteSideBand(answer, ProgressBand, Text($"{TerminalText.Clean(line, MaxLine)}\n"));
        }

        if (request.ReportStatus)
        {
            var report = new ArrayBufferWriter<byte>();
            WriteReport(report, request, unpackError, error);
            PktLine.WriteSideBand(answer, DataBand, report.WrittenSpan);
        }
        else if ((unpackError ?? FirstError(request, error)) is { } reason)
        {
            // Here git shows a bare ERR only as "bad band #69" (R19).
            PktLine.WriteSideBand(answer, ErrorBand, Text($"{TerminalText.Clean(reason, MaxReason)}\n"));
        }
        PktLine.WriteFlush(answer);
    }

    private static void WriteReport(ArrayBufferWriter<byte> report, ReceivePackRequest request, string? unpackError, Func<RefName, string?> error)
    {
        PktLine.Write(report, Text($"{Unpack}{TerminalText.Clean(unpackError ?? "ok", MaxReason)}\n"));
        foreach (var update in request.Updates)
        {
            var line = error(update.Name) is { } reason ? $"ng {update.Name} {TerminalText.Clean(reason, MaxReason)}" : $"ok {update.Name}";
            PktLine.Write(report, Text(line + "\n"));
        }

        PktLine.WriteFlush(report);
    }

    private static string? FirstError(ReceivePackRequest request, Func<RefName, string?> error) =>
        request.Updates.Select(update => error(update.Name)).FirstOrDefault(reason => reason is not null);

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
