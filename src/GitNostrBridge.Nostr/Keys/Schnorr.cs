namespace GitNostrBridge.Nostr;

/// <summary>BIP-340 signatures over secp256k1: the one type through which the curve is reached. Safe for use by many threads at once.</summary>
/// <remarks>
/// Verification is what the server lives by. Signing is for the client verb and for the relay's own key; the managed implementation does not sign
/// in constant time, so whoever signs for strangers who can measure should have the native library.
/// </remarks>
public sealed class Schnorr
{
    private readonly NativeSchnorr? _native;

    private Schnorr(NativeSchnorr? native) => _native = native;

    /// <summary>The native implementation when its library loads, else the managed one.</summary>
    public static Schnorr Best { get; } = Native() ?? Managed();

    /// <summary>Where the arithmetic comes from, for the log: the library's file name, or BouncyCastle.</summary>
    public string Name => _native?.LibraryName ?? "BouncyCastle";

    /// <summary>The system's libsecp256k1, or null when there is none with all that is needed.</summary>
    public static Schnorr? Native() => NativeSchnorr.Open() is { } native ? new Schnorr(native) : null;

    /// <summary>The implementation that is always there, about four times slower.</summary>
    public static Schnorr Managed() => new(null);

    /// <summary>Whether the signature (64 bytes) of the message was made with that x-only key (32 bytes). Wrong lengths are wrong signatures.</summary>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == 32 && signature.Length == 64
        && (_native?.Verify(publicKey, message, signature) ?? ManagedSchnorr.Verify(publicKey, message, signature));

    /// <summary>Signs with a secret key; <paramref name="random"/> is BIP-340's auxiliary randomness. Both have 32 bytes. Returns 64 bytes.</summary>
    /// <exception cref="ArgumentException">A length is wrong, or the secret is zero or not below the order of the curve.</exception>
    public byte[] Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random)
    {
        Expect32(secret, nameof(secret));
        Expect32(random, nameof(random));
        return _native?.Sign(secret, message, random) ?? ManagedSchnorr.Sign(secret, message, random);
    }

    /// <summary>The x-only public key (32 bytes) of a secret key (32 bytes).</summary>
    /// <exception cref="ArgumentException">The length is wrong, or the secret is zero or not below the order of the curve.</exception>
    public byte[] PublicKey(ReadOnlySpan<byte> secret)
    {
        Expect32(secret, nameof(secret));
        return _native?.PublicKey(secret) ?? ManagedSchnorr.PublicKey(secret);
    }

    private static void Expect32(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length != 32)
        {
            throw new ArgumentException($"expected 32 bytes, got {bytes.Length}", name);
        }
    }
}
