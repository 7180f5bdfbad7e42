using System.Buffers;
using System.IO.Pipelines;

namespace GitNostrBridge.Git;

/// <summary>
/// Parts git's answer to a push while git runs: progress goes to the client at once, the report is held back until the
/// events of the push are released.
/// </summary>
internal sealed class HeldAnswer(bool sideBand, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> progress)
{
    private const int MaxHeldBytes = 1024 * 1024;

    private const byte DataBand = 1;

    private readonly ArrayBufferWriter<byte> _held = new();

    /// <summary>What was held back so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _held.WrittenMemory;

    /// <summary>Reads git's stdout to its end.</summary>
    /// <exception cref="InvalidDataException">git answers more than 1 MiB, or not in pkt-lines.</exception>
    public async Task ReadAsync(Stream stdout, CancellationToken ct)
    {
        var reader = PipeReader.Create(stdout, new StreamPipeReaderOptions(bufferSize: PktLine.MaxLength, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var rest = read.Buffer;
            while (Take(ref rest) is { IsEmpty: false } packet)
            {
                if (IsProgress(packet))
                {
                    await progress(packet.ToArray(), ct);
                }
                else
                {
                    Hold(packet);
                }
            }
            if (read.IsCompleted)
            {
                Hold(rest);
                await reader.CompleteAsync();
                return;
            }
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    // The next whole packet, framing included; without side-bands, whatever there is. Empty: none.
    private ReadOnlySequence<byte> Take(ref ReadOnlySequence<byte> buffer)
    {
        var before = buffer;
        if (!sideBand)
        {
            buffer = buffer.Slice(buffer.End);
            return before;
        }
        return PktLine.TryRead(ref buffer, out _) switch
        {
            PktRead.Malformed => throw new InvalidDataException("git receive-pack answered with something else than pkt-lines"),
            _ => before.Slice(0, before.Length - buffer.Length),
        };
    }

    // An empty packet on the data band keeps the line alive: for the client to see now.
    private bool IsProgress(ReadOnlySequence<byte> packet) =>
        sideBand && PktLine.TryRead(ref packet, out var line) == PktRead.Line && line.Payload.Length > 0
        && (line.Payload.FirstSpan[0] != DataBand || line.Payload.Length == 1);

    private void Hold(ReadOnlySequence<byte> bytes)
    {
        if (_held.WrittenCount + bytes.Length > MaxHeldBytes)
        {
            throw new InvalidDataException($"git receive-pack reported more than {MaxHeldBytes} bytes");
        }

        foreach (var part in bytes)
        {
            _held.Write(part.Span);
        }
    }
}
