using System.Diagnostics.CodeAnalysis;

namespace GitNostrBridge.Nostr;

/// <summary>An x-only secp256k1 public key (BIP-340) as 64 lower-case hex digits (NIP-01), or as an npub (NIP-19).</summary>
/// <remarks>The spelling is checked here, membership of the curve only when a signature is verified.</remarks>
public readonly record struct PublicKey
{
    private readonly string? _hex;

    private PublicKey(string hex) => _hex = hex;

    /// <summary>The 64 lower-case hex digits.</summary>
    public string Hex => _hex ?? Hex32.Zero;

    /// <summary>Reads 64 lower-case hex digits; anything else is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PublicKey key)
    {
        var valid = Hex32.IsValid(text);
        key = valid ? new PublicKey(text!) : default;
        return valid;
    }

    /// <summary>Reads the bech32 form `npub1…` (NIP-19), in lower case with a valid checksum.</summary>
    public static bool TryParseNpub(string? text, out PublicKey key)
    {
        if (text is not null && Bech32.TryDecode("npub", text, out var bytes) && bytes.Length == 32)
        {
            key = FromBytes(bytes);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>The key whose 32 bytes are given.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static PublicKey FromBytes(ReadOnlySpan<byte> bytes) => new(Hex32.Write(bytes));

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>The bech32 form `npub1…` (NIP-19).</summary>
    public string ToNpub() => Bech32.Encode("npub", ToBytes());

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
