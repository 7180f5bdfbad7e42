using System.Buffers;
using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>What a pkt-line is.</summary>
public enum PktKind
{
    /// <summary>A payload, which may be empty.</summary>
    Data,

    /// <summary>`0000`.</summary>
    Flush,

    /// <summary>`0001`.</summary>
    Delimiter,

    /// <summary>`0002`.</summary>
    ResponseEnd,
}

/// <summary>What reading a pkt-line came to.</summary>
public enum PktRead
{
    /// <summary>A whole line was taken.</summary>
    Line,

    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>The length is not four hex digits, is 3, or is over the limit.</summary>
    Malformed,
}

/// <summary>One line of git's wire format (gitprotocol-common): four hex digits of length, these included, then the payload.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">The bytes after the length.</param>
public readonly record struct PktLine(PktKind Kind, ReadOnlySequence<byte> Payload)
{
    /// <summary>The longest line, in bytes, its length included.</summary>
    public const int MaxLength = 65520;

    /// <summary>The longest payload, in bytes.</summary>
    public const int MaxPayload = MaxLength - LengthDigits;

    private const int LengthDigits = 4;

    /// <summary>Takes the first line off the buffer; when there is no whole one, the buffer stays as it was.</summary>
    public static PktRead TryRead(ref ReadOnlySequence<byte> buffer, out PktLine line)
    {
        line = default;
        if (buffer.Length < LengthDigits)
        {
            return PktRead.Incomplete;
        }

        Span<byte> digits = stackalloc byte[LengthDigits];
        buffer.Slice(0, LengthDigits).CopyTo(digits);
        if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length is 3 or > MaxLength)
        {
            return PktRead.Malformed;
        }

        if (length < LengthDigits)
        {
            line = new PktLine((PktKind)(length + 1), ReadOnlySequence<byte>.Empty);
            buffer = buffer.Slice(LengthDigits);
            return PktRead.Line;
        }
        if (buffer.Length < length)
        {
            return PktRead.Incomplete;
        }

        line = new PktLine(PktKind.Data, buffer.Slice(LengthDigits, length - LengthDigits));
        buffer = buffer.Slice(length);
        return PktRead.Line;
    }

    /// <summary>Writes a line of data, of at most <see cref="MaxPayload"/> bytes.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        WriteLength(output, payload.Length);
        output.Write(payload);
    }

    /// <summary>Writes a flush, `0000`.</summary>
    public static void WriteFlush(IBufferWriter<byte> output) => output.Write("0000"u8);

    /// <summary>Writes data on a side-band (gitprotocol-pack: 1 data, 2 progress, 3 fatal error) in as many lines as it takes; no data, no line.</summary>
    public static void WriteSideBand(IBufferWriter<byte> output, byte band, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(data.Length, MaxPayload - 1)];
            WriteLength(output, part.Length + 1);
            output.Write([band]);
            output.Write(part);
            data = data[part.Length..];
        }
    }

    /// <summary>Writes the beginning of a line whose payload, of that many bytes, the caller writes next.</summary>
    internal static void WriteLength(IBufferWriter<byte> output, int payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload, MaxPayload);
        (payload + LengthDigits).TryFormat(output.GetSpan(LengthDigits), out var digits, "x4", CultureInfo.InvariantCulture);
        output.Advance(digits);
    }
}
