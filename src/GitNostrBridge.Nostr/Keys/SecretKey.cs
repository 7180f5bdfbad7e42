using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GitNostrBridge.Nostr;

/// <summary>A secp256k1 secret key. It shows itself only through <see cref="ToNsec"/>, never in a log or a message.</summary>
public sealed class SecretKey
{
    private static readonly byte[] Order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    private readonly byte[] _bytes;

    private SecretKey(byte[] bytes)
    {
        _bytes = bytes;
        PublicKey = PublicKey.FromBytes(Schnorr.Best.PublicKey(bytes));
    }

    /// <summary>The key under which others know its holder.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The 32 bytes, for signing.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A new key from that source of randomness.</summary>
    public static SecretKey Generate(RandomNumberGenerator random)
    {
        var bytes = new byte[32];
        do
        {
            random.GetBytes(bytes);
        }
        while (!IsInRange(bytes));

        return new SecretKey(bytes);
    }

    /// <summary>Reads `nsec1…` (NIP-19) or 64 lower-case hex digits; numbers that are no secret keys are refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretKey? key)
    {
        var bytes = Hex32.IsValid(text) ? Convert.FromHexString(text!)
            : text is not null && Bech32.TryDecode("nsec", text, out var decoded) ? decoded
            : [];
        key = IsInRange(bytes) ? new SecretKey(bytes) : null;
        return key is not null;
    }

    /// <summary>The bech32 form `nsec1…` (NIP-19): the secret itself.</summary>
    public string ToNsec() => Bech32.Encode("nsec", _bytes);

    /// <summary>Names the key by its public half.</summary>
    public override string ToString() => $"the secret key of {PublicKey}";

    private static bool IsInRange(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 32 && bytes.ContainsAnyExcept((byte)0) && bytes.SequenceCompareTo(Order) < 0;
}
