using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>The command list at the head of a push (gitprotocol-pack, "Reference Update Request").</summary>
public sealed class ReceivePackRequest
{
    /// <summary>The capability of clients that send push options.</summary>
    internal const string PushOptions = "push-options";

    private readonly IReadOnlyList<string> _capabilities;

    private readonly IReadOnlyList<Oid> _shallow;

    internal ReceivePackRequest(IReadOnlyList<RefUpdate> updates, IReadOnlyList<string> capabilities, IReadOnlyList<Oid> shallow, long length)
    {
        Length = length;
        Updates = updates;
        _capabilities = capabilities;
        _shallow = shallow;
    }

    /// <summary>What the client wants, in its order; each ref once; at least one where the list was read to its end.</summary>
    public IReadOnlyList<RefUpdate> Updates { get; }

    /// <summary>The bytes of the command list with its flush, and of the push options with theirs: after so many of the body, the pack begins.</summary>
    public long Length { get; }

    /// <summary>Whether the answer is multiplexed (side-band-64k).</summary>
    public bool SideBand => Has("side-band-64k");

    /// <summary>Whether the client wants a report on each ref (report-status or report-status-v2).</summary>
    public bool ReportStatus => Has("report-status") || Has("report-status-v2");

    /// <summary>Whether all updates are to succeed or none.</summary>
    public bool Atomic => Has("atomic");

    /// <summary>Whether the client's history is cut off somewhere (`shallow` lines).</summary>
    public bool IsShallow => _shallow.Count > 0;

    /// <summary>
    /// Reads the command list up to its flush, and the push options behind it, which nothing here heeds. Consumes nothing: the next
    /// reader of the body gets the same bytes, at once.
    /// Holds at most <see cref="PushLimits.MaxCommandListBytes"/> and one read more.
    /// </summary>
    public static async ValueTask<ReceivePackPeek> PeekAsync(PipeReader body, PushLimits limits, CancellationToken ct)
    {
        var commands = new CommandList(limits);
        long parsed = 0;
        long examined = 0;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var rest = read.Buffer.Slice(parsed);
            var outcome = commands.Read(ref rest);
            parsed = read.Buffer.Length - rest.Length;
            outcome ??= commands.OutcomeOfEnd(read);
            if (outcome is not null)
            {
                // A reader that has examined everything waits for more; what the last read brought stays unexamined.
                body.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(examined));
                return outcome;
            }
            examined = read.Buffer.Length;
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Consumes what was peeked: what follows in the body is the pack.</summary>
    internal async ValueTask SkipAsync(PipeReader body, CancellationToken ct)
    {
        var read = await body.ReadAtLeastAsync((int)Length, ct);
        body.AdvanceTo(read.Buffer.GetPosition(Length));
    }

    /// <summary>The same request with other commands, as git is to read it. Push options are left out.</summary>
    internal ReadOnlyMemory<byte> With(IReadOnlyList<RefUpdate> commands)
    {
        var head = new ArrayBufferWriter<byte>();
        foreach (var oid in _shallow)
        {
            PktLine.Write(head, Encoding.ASCII.GetBytes($"shallow {oid}"));
        }

        var capabilities = $"\0 {string.Join(' ', _capabilities.Where(word => word != PushOptions))}";
        foreach (var command in commands)
        {
            PktLine.Write(head, Encoding.UTF8.GetBytes($"{command.Old} {command.New} {command.Name}{capabilities}"));
            capabilities = "";
        }

        PktLine.WriteFlush(head);
        return head.WrittenMemory;
    }

    // A capability's value does not matter here: to git `atomic=x` is `atomic`.
    private bool Has(string capability) => _capabilities.Any(word => word.Split('=', 2)[0] == capability);
}
