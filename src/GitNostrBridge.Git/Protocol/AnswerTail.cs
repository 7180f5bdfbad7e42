using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>
/// The end of an answer of git's, watched as it goes by: when git ends in failure, it tells whether git has said so itself or was cut off.
/// </summary>
public sealed class AnswerTail
{
    // Longer than git's own messages of failure.
    private const int Kept = 1024;

    private const int LengthDigits = 4;

    private const byte ErrorBand = 3;

    private readonly byte[] _tail = new byte[Kept];
    private int _count;

    /// <summary>How many bytes have gone by.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Whether the answer ends as git ends one on purpose: with a flush packet (so ends the answer to a shallow clone's first question in version 0, and git
    /// then complains that the client hung up), with an ERR packet, or with a message on side-band 3.
    /// </summary>
    public bool IsDeliberate
    {
        get
        {
            var tail = _tail.AsSpan(0, _count);
            if (tail.EndsWith("0000"u8))
            {
                return true;
            }

            for (var start = 0; start + LengthDigits < tail.Length; start++)
            {
                if (IsLength(tail.Slice(start, LengthDigits), tail.Length - start)
                    && (tail[start + LengthDigits] == ErrorBand || tail[(start + LengthDigits)..].StartsWith("ERR "u8)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Sees the next bytes.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (bytes.Length >= Kept)
        {
            bytes[^Kept..].CopyTo(_tail);
            _count = Kept;
            return;
        }

        var old = Math.Min(_count, Kept - bytes.Length);
        _tail.AsSpan(_count - old, old).CopyTo(_tail);
        bytes.CopyTo(_tail.AsSpan(old));
        _count = old + bytes.Length;
    }

    /// <summary>Is told of bytes that go by unseen; others must follow.</summary>
    public void Skip(long count)
    {
        Length += count;
        _count = 0;
    }

    private static bool IsLength(ReadOnlySpan<byte> digits, int length) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value == length;
}
