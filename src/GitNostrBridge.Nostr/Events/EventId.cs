using System.Diagnostics.CodeAnalysis;

namespace GitNostrBridge.Nostr;

/// <summary>The SHA-256 of an event's canonical form, as 64 lower-case hex digits (NIP-01).</summary>
public readonly record struct EventId : IComparable<EventId>
{
    private readonly string? _hex;

    private EventId(string hex) => _hex = hex;

    /// <summary>The 64 lower-case hex digits.</summary>
    public string Hex => _hex ?? Hex32.Zero;

    /// <summary>Reads 64 lower-case hex digits; upper case and other lengths are refused, as NIP-01 asks.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        var valid = Hex32.IsValid(text);
        id = valid ? new EventId(text!) : default;
        return valid;
    }

    /// <summary>The id whose 32 bytes are given.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static EventId FromBytes(ReadOnlySpan<byte> bytes) => new(Hex32.Write(bytes));

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>Byte order, which NIP-01 uses to break ties: the lowest id wins.</summary>
    public int CompareTo(EventId other) => string.CompareOrdinal(Hex, other.Hex);

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Byte order of the ids.</summary>
    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order of the ids.</summary>
    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order of the ids.</summary>
    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order of the ids.</summary>
    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;
}
