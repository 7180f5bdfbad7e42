using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GitNostrBridge.Nostr;

/// <summary>BIP-340 by libsecp256k1, found at run time so that the program also starts without it.</summary>
/// <remarks>
/// The context is created once, randomised (against side channels when signing) before anybody else sees it, and only read afterwards, which
/// libsecp256k1 allows from many threads. It lives as long as the process. The lengths of all arguments are checked by <see cref="Schnorr"/>.
/// </remarks>
internal sealed unsafe class NativeSchnorr
{
    /// <summary>SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY: old libraries need both, new ones take them for "none".</summary>
    private const uint ContextFlags = 0x301;

    private const int XOnlyKeySize = 64;
    private const int KeyPairSize = 96;

    private static readonly string[] LibraryNames = ["libsecp256k1.so.1", "libsecp256k1.so.2", "libsecp256k1.so.0"];

    private readonly nint _context;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _parsePublicKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _serializePublicKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _createKeyPair;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int> _publicKeyOfPair;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, byte*, int> _verify;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, byte*, SignOptions*, int> _sign;

    private NativeSchnorr(string libraryName, Exports exports)
    {
        LibraryName = libraryName;
        _parsePublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)exports.ParsePublicKey;
        _serializePublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)exports.SerializePublicKey;
        _createKeyPair = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)exports.CreateKeyPair;
        _publicKeyOfPair = (delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int>)exports.PublicKeyOfPair;
        _verify = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, byte*, int>)exports.Verify;
        _sign = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, byte*, SignOptions*, int>)exports.Sign;
        _context = ((delegate* unmanaged[Cdecl]<uint, nint>)exports.CreateContext)(ContextFlags);

        var seed = RandomNumberGenerator.GetBytes(32);
        fixed (byte* seedStart = seed)
        {
            _ = ((delegate* unmanaged[Cdecl]<nint, byte*, int>)exports.RandomizeContext)(_context, seedStart);
        }
    }

    public string LibraryName { get; }

    public static NativeSchnorr? Open()
    {
        foreach (var name in LibraryNames)
        {
            if (!NativeLibrary.TryLoad(name, out var library))
            {
                continue;
            }

            if (Exports.Find(library) is { } exports)
            {
                return new NativeSchnorr(name, exports);
            }

            NativeLibrary.Free(library);
        }

        return null;
    }

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var key = stackalloc byte[XOnlyKeySize];
        fixed (byte* keyStart = publicKey, messageStart = message, signatureStart = signature)
        {
            return _parsePublicKey(_context, key, keyStart) == 1
                && _verify(_context, signatureStart, messageStart, (nuint)message.Length, key) == 1;
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random)
    {
        Span<byte> pair = stackalloc byte[KeyPairSize];
        var signature = new byte[64];
        fixed (byte* secretStart = secret, pairStart = pair, messageStart = message, randomStart = random, signatureStart = signature)
        {
            try
            {
                CreateKeyPair(pairStart, secretStart);
                var options = new SignOptions { Magic = SignOptions.ExpectedMagic, Random = randomStart };
                return _sign(_context, signatureStart, messageStart, (nuint)message.Length, pairStart, &options) == 1
                    ? signature
                    : throw new CryptographicException("libsecp256k1 could not sign");
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pair);
            }
        }
    }

    public byte[] PublicKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> pair = stackalloc byte[KeyPairSize];
        var key = stackalloc byte[XOnlyKeySize];
        var bytes = new byte[32];
        fixed (byte* secretStart = secret, pairStart = pair, bytesStart = bytes)
        {
            CreateKeyPair(pairStart, secretStart);
            _ = _publicKeyOfPair(_context, key, null, pairStart);
            _ = _serializePublicKey(_context, bytesStart, key);
        }

        CryptographicOperations.ZeroMemory(pair);
        return bytes;
    }

    private void CreateKeyPair(byte* pair, byte* secret)
    {
        if (_createKeyPair(_context, pair, secret) != 1)
        {
            throw new ArgumentException("the secret is zero or not below the order of the curve", nameof(secret));
        }
    }

    /// <summary>secp256k1_schnorrsig_extraparams: without a nonce function of ours, BIP-340's is used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SignOptions
    {
        /// <summary>The bytes da 6f b3 8c, whatever the machine's byte order.</summary>
        public static readonly uint ExpectedMagic = BitConverter.ToUInt32([0xda, 0x6f, 0xb3, 0x8c]);

        public uint Magic;
        public nint NonceFunction;
        public byte* Random;
    }

    private sealed record Exports(
        nint CreateContext, nint RandomizeContext, nint ParsePublicKey, nint SerializePublicKey, nint CreateKeyPair, nint PublicKeyOfPair, nint Verify, nint Sign)
    {
        /// <summary>
        /// All that is needed, or null. A library with `schnorrsig_sign_custom` is also new enough for a `schnorrsig_verify` that takes the length
        /// of the message: an older one would read the length as a pointer.
        /// </summary>
        public static Exports? Find(nint library) =>
            Get(library, "context_create") is { } createContext
            && Get(library, "context_randomize") is { } randomizeContext
            && Get(library, "xonly_pubkey_parse") is { } parsePublicKey
            && Get(library, "xonly_pubkey_serialize") is { } serializePublicKey
            && Get(library, "keypair_create") is { } createKeyPair
            && Get(library, "keypair_xonly_pub") is { } publicKeyOfPair
            && Get(library, "schnorrsig_verify") is { } verify
            && Get(library, "schnorrsig_sign_custom") is { } sign
                ? new Exports(createContext, randomizeContext, parsePublicKey, serializePublicKey, createKeyPair, publicKeyOfPair, verify, sign)
                : null;

        private static nint? Get(nint library, string name) =>
            NativeLibrary.TryGetExport(library, "secp256k1_" + name, out var address) ? address : null;
    }
}
