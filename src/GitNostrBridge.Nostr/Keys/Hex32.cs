using System.Buffers;

namespace GitNostrBridge.Nostr;

/// <summary>32 bytes written as 64 lower-case hex digits: the one spelling that NIP-01 allows for ids and keys.</summary>
internal static class Hex32
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static readonly string Zero = new('0', 64);

    public static bool IsValid(string? text) => IsLowerHex(text, 64);

    public static bool IsLowerHex(string? text, int digits) =>
        text is not null && text.Length == digits && !text.AsSpan().ContainsAnyExcept(LowerHex);

    public static string Write(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 32 ? Convert.ToHexStringLower(bytes) : throw new ArgumentException($"expected 32 bytes, got {bytes.Length}", nameof(bytes));
}
