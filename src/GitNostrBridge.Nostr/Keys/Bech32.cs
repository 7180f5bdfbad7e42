namespace GitNostrBridge.Nostr;

/// <summary>Bytes as bech32 text (BIP-173, as NIP-19 uses it): `prefix1data` with a checksum, always in lower case.</summary>
public static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    /// <summary>NIP-19's advice for the longest text that is worth decoding.</summary>
    private const int MaxLength = 5000;

    /// <summary>The text for these bytes; <paramref name="prefix"/> is lower-case ASCII.</summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> bytes)
    {
        var digits = new List<byte>((bytes.Length * 8 / 5) + 1 + ChecksumLength);
        int pending = 0, bits = 0;
        foreach (var value in bytes)
        {
            pending = ((pending << 8) | value) & 0xfff;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                digits.Add((byte)((pending >> (bits - 5)) & 31));
            }
        }

        if (bits > 0)
        {
            digits.Add((byte)((pending << (5 - bits)) & 31));
        }

        var checksum = Checksum(prefix, [.. digits, 0, 0, 0, 0, 0, 0]) ^ 1;
        for (var shift = 25; shift >= 0; shift -= 5)
        {
            digits.Add((byte)((checksum >> shift) & 31));
        }

        return $"{prefix}1{string.Concat(digits.Select(digit => Alphabet[digit]))}";
    }

    /// <summary>
    /// Reads a text of that prefix. Refused are another prefix, any upper case, a wrong checksum, more or other padding than BIP-173 allows,
    /// and texts of over 5000 characters.
    /// </summary>
    public static bool TryDecode(string prefix, string text, out byte[] bytes)
    {
        bytes = [];
        var start = prefix.Length + 1;
        if (text.Length > MaxLength || text.Length < start + ChecksumLength || text[prefix.Length] != '1'
            || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var digits = new byte[text.Length - start];
        for (var index = 0; index < digits.Length; index++)
        {
            var digit = Alphabet.IndexOf(text[start + index], StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            digits[index] = (byte)digit;
        }

        return Checksum(prefix, digits) == 1 && TryRegroup(digits.AsSpan(..^ChecksumLength), out bytes);
    }

    private static bool TryRegroup(ReadOnlySpan<byte> digits, out byte[] bytes)
    {
        bytes = new byte[digits.Length * 5 / 8];
        int pending = 0, bits = 0, count = 0;
        foreach (var digit in digits)
        {
            pending = ((pending << 5) | digit) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[count++] = (byte)(pending >> bits);
            }
        }

        return bits < 5 && (pending & ((1 << bits) - 1)) == 0;
    }

    /// <summary>BIP-173's polynomial over prefix and digits; 1 when the last six digits are the right checksum.</summary>
    private static uint Checksum(string prefix, ReadOnlySpan<byte> digits)
    {
        var state = 1u;
        foreach (var character in prefix)
        {
            state = Step(state, (uint)character >> 5);
        }

        state = Step(state, 0);
        foreach (var character in prefix)
        {
            state = Step(state, character & 31u);
        }

        foreach (var digit in digits)
        {
            state = Step(state, digit);
        }

        return state;
    }

    private static uint Step(uint state, uint digit)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var top = state >> 25;
        state = ((state & 0x1ffffff) << 5) ^ digit;
        for (var bit = 0; bit < generator.Length; bit++)
        {
            state ^= ((top >> bit) & 1) == 1 ? generator[bit] : 0;
        }

        return state;
    }
}
