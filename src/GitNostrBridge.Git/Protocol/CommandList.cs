using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// Gathers a push's commands line by line. Takes a part of what git takes (builtin/receive-pack.c, read_head_info),
/// so that what is authorised and what git does cannot differ.
/// </summary>
internal sealed class CommandList(PushLimits limits)
{
    private const int MaxEcho = 100;

    // What parts a capability list for git, which has an isspace of its own.
    private static readonly char[] Blanks = [' ', '\t', '\n', '\r'];

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly List<RefUpdate> _updates = [];
    private readonly HashSet<RefName> _names = [];
    private readonly List<Oid> _shallow = [];
    private string[] _capabilities = [];
    private bool _inOptions;
    private long _length;

    /// <summary>Takes all whole lines off the buffer; null while the flush has not come.</summary>
    public ReceivePackPeek? Read(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var before = buffer.Length;
            var outcome = PktLine.TryRead(ref buffer, out var line);
            _length += before - buffer.Length;
            if (_length > limits.MaxCommandListBytes)
            {
                return TooLong();
            }

            switch (outcome)
            {
                case PktRead.Incomplete:
                    return null;
                case PktRead.Malformed:
                    return Malformed("not a pkt-line");
                default:
                    if (line.Kind == PktKind.Flush)
                    {
                        if (!_inOptions && _updates.Count > 0 && _capabilities.Contains(ReceivePackRequest.PushOptions))
                        {
                            _inOptions = true;
                            break;
                        }

                        return End();
                    }

                    if (Add(line) is { } refusal)
                    {
                        return refusal;
                    }

                    break;
            }
        }
    }

    /// <summary>What it means that the flush has not come yet; null: it may still come.</summary>
    /// <param name="read">All of the body that was read so far.</param>
    public ReceivePackPeek? OutcomeOfEnd(ReadResult read) =>
        read.Buffer.Length > limits.MaxCommandListBytes ? TooLong()
        : read.IsCompleted ? Malformed("the request ended before the command list did")
        : null;

    private ReceivePackPeek End() => _updates.Count == 0 ? new ReceivePackPeek.Probe() : new ReceivePackPeek.Commands(SoFar());

    private ReceivePackRequest SoFar() => new(_updates, _capabilities, _shallow, _length);

    private ReceivePackPeek.TooLarge TooLong() =>
        new($"the command list is longer than {limits.MaxCommandListBytes} bytes; push fewer refs at once", SoFar());

    private ReceivePackPeek? Add(PktLine line)
    {
        if (_inOptions)
        {
            return null; // push options are for hooks that we do not have
        }

        if (line.Kind != PktKind.Data || Decode(line.Payload) is not { } text)
        {
            return Malformed("the command list holds something that is not UTF-8 text");
        }
        // git takes one line feed off the end, then splits at the first NUL.
        text = text.EndsWith('\n') ? text[..^1] : text;
        if (text.StartsWith("shallow ", StringComparison.Ordinal))
        {
            return AddShallow(text);
        }

        if (_updates.Count == limits.MaxRefUpdates)
        {
            return new ReceivePackPeek.TooLarge($"more than {limits.MaxRefUpdates} refs in one push; push fewer at once", SoFar());
        }

        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0 && _updates.Count > 0)
        {
            return Malformed("capabilities after the first command", text);
        }

        if (nul >= 0)
        {
            _capabilities = Capabilities(text[(nul + 1)..]);
            text = text[..nul];
        }
        return AddCommand(text);
    }

    private ReceivePackPeek.Malformed? AddShallow(string text)
    {
        if (!Oid.TryParse(text["shallow ".Length..], out var oid))
        {
            return Malformed("not a shallow line", text);
        }

        _shallow.Add(oid);
        return null;
    }

    private ReceivePackPeek.Malformed? AddCommand(string text)
    {
        if (text.StartsWith("push-cert", StringComparison.Ordinal))
        {
            return Malformed("signed pushes are not supported; push without --signed", "push-cert");
        }

        var parts = text.Split(' ', 3);
        if (parts.Length < 3 || !Oid.TryParse(parts[0], out var old) || !Oid.TryParse(parts[1], out var @new))
        {
            return Malformed("expected old id, new id and ref", text);
        }

        if (!RefName.TryParse(parts[2], out var name))
        {
            return Malformed("not a ref name that this server takes", parts[2]);
        }

        if (!_names.Add(name))
        {
            return Malformed("two commands for one ref", name.Full);
        }

        _updates.Add(new RefUpdate(name, old, @new));
        return null;
    }

    // A second NUL ends the list.
    private static string[] Capabilities(string list) => list.Split('\0', 2)[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    private static string? Decode(ReadOnlySequence<byte> payload)
    {
        try
        {
            return StrictUtf8.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private ReceivePackPeek.Malformed Malformed(string reason) => new(reason, SoFar());

    private ReceivePackPeek.Malformed Malformed(string reason, string what) => Malformed($"{reason}: {TerminalText.Clean(what, MaxEcho)}");
}
