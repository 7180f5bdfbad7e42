using System.IO.Pipelines;

namespace GitNostrBridge.Git;

/// <summary>The command list at the head of a push (gitprotocol-pack, "Reference Update Request").</summary>
public sealed class ReceivePackRequest
{
    private readonly IReadOnlySet<string> _capabilities;

    internal ReceivePackRequest(IReadOnlyList<RefUpdate> updates, IReadOnlySet<string> capabilities, bool isShallow, long length)
    {
        Length = length;
        Updates = updates;
        _capabilities = capabilities;
        IsShallow = isShallow;
    }

    /// <summary>What the client wants, in its order; each ref once, at least one.</summary>
    public IReadOnlyList<RefUpdate> Updates { get; }

    /// <summary>The bytes of the command list with its flush: after so many of the body, the pack begins.</summary>
    public long Length { get; }

    /// <summary>Whether the answer is multiplexed (side-band-64k).</summary>
    public bool SideBand => _capabilities.Contains("side-band-64k");

    /// <summary>Whether the client wants a report on each ref (report-status or report-status-v2).</summary>
    public bool ReportStatus => _capabilities.Contains("report-status") || _capabilities.Contains("report-status-v2");

    /// <summary>Whether all updates are to succeed or none.</summary>
    public bool Atomic => _capabilities.Contains("atomic");

    /// <summary>Whether the client's history is cut off somewhere (`shallow` lines).</summary>
    public bool IsShallow { get; }

    /// <summary>
    /// Reads the command list up to its flush and consumes nothing: the next reader of the body gets the same bytes, at once.
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
            outcome ??= OutcomeOfEnd(read, limits);
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

    private static ReceivePackPeek? OutcomeOfEnd(ReadResult read, PushLimits limits)
    {
        if (read.Buffer.Length > limits.MaxCommandListBytes)
        {
            return new ReceivePackPeek.TooLarge($"the command list is longer than {limits.MaxCommandListBytes} bytes; push fewer refs at once");
        }

        return read.IsCompleted ? new ReceivePackPeek.Malformed("the request ended before the command list did") : null;
    }
}
