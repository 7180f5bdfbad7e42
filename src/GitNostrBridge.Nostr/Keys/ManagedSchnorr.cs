using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Utilities;
using ECCurve = Org.BouncyCastle.Math.EC.ECCurve;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace GitNostrBridge.Nostr;

/// <summary>BIP-340 on BouncyCastle's secp256k1. Names follow the BIP: P public key, R nonce point, e challenge, d secret, k nonce.</summary>
/// <remarks>The lengths of all arguments are checked by <see cref="Schnorr"/>.</remarks>
internal static class ManagedSchnorr
{
    private static readonly ECCurve Curve = CustomNamedCurves.GetByName("secp256k1").Curve;
    private static readonly ECPoint Generator = CustomNamedCurves.GetByName("secp256k1").G;
    private static readonly BigInteger FieldSize = Curve.Field.Characteristic;
    private static readonly BigInteger Order = Curve.Order;

    private static readonly byte[] ChallengeTag = TagPrefix("BIP0340/challenge"u8);
    private static readonly byte[] RandomTag = TagPrefix("BIP0340/aux"u8);
    private static readonly byte[] NonceTag = TagPrefix("BIP0340/nonce"u8);

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var r = Number(signature[..32]);
        var s = Number(signature[32..]);
        if (r.CompareTo(FieldSize) >= 0 || s.CompareTo(Order) >= 0 || LiftX(publicKey) is not { } point)
        {
            return false;
        }

        var e = Challenge(signature[..32], publicKey, message);
        var nonce = ECAlgorithms.SumOfTwoMultiplies(Generator, s, point, Order.Subtract(e)).Normalize();
        return !nonce.IsInfinity && HasEvenY(nonce) && nonce.AffineXCoord.ToBigInteger().Equals(r);
    }

    public static byte[] Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random)
    {
        var d = Secret(secret);
        var point = Generator.Multiply(d).Normalize();
        d = HasEvenY(point) ? d : Order.Subtract(d);
        var publicKey = point.AffineXCoord.GetEncoded();

        var masked = Bytes(d);
        var mask = Hash(RandomTag, random, default, default);
        for (var index = 0; index < masked.Length; index++)
        {
            masked[index] ^= mask[index];
        }

        var k = Number(Hash(NonceTag, masked, publicKey, message)).Mod(Order);
        if (k.SignValue == 0)
        {
            throw new CryptographicException("the nonce came out as zero");
        }

        var nonce = Generator.Multiply(k).Normalize();
        k = HasEvenY(nonce) ? k : Order.Subtract(k);
        var r = nonce.AffineXCoord.GetEncoded();
        var s = k.Add(Challenge(r, publicKey, message).Multiply(d)).Mod(Order);
        return [.. r, .. Bytes(s)];
    }

    public static byte[] PublicKey(ReadOnlySpan<byte> secret) => Generator.Multiply(Secret(secret)).Normalize().AffineXCoord.GetEncoded();

    private static BigInteger Secret(ReadOnlySpan<byte> secret)
    {
        var number = Number(secret);
        return number.SignValue > 0 && number.CompareTo(Order) < 0
            ? number
            : throw new ArgumentException("the secret is zero or not below the order of the curve", nameof(secret));
    }

    /// <summary>The point with that x and an even y, or null when the curve has none.</summary>
    private static ECPoint? LiftX(ReadOnlySpan<byte> bytes)
    {
        var number = Number(bytes);
        if (number.CompareTo(FieldSize) >= 0)
        {
            return null;
        }

        var x = Curve.FromBigInteger(number);
        var y = x.Square().Multiply(x).Add(Curve.B).Sqrt();
        return y is null ? null : Curve.CreatePoint(number, (y.TestBitZero() ? y.Negate() : y).ToBigInteger());
    }

    private static BigInteger Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message) =>
        Number(Hash(ChallengeTag, r, publicKey, message)).Mod(Order);

    private static bool HasEvenY(ECPoint point) => !point.AffineYCoord.TestBitZero();

    private static byte[] Hash(byte[] tagPrefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(tagPrefix);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.AppendData(third);
        return hash.GetHashAndReset();
    }

    private static byte[] TagPrefix(ReadOnlySpan<byte> tag)
    {
        var hash = SHA256.HashData(tag);
        return [.. hash, .. hash];
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(1, bytes);

    private static byte[] Bytes(BigInteger number) => BigIntegers.AsUnsignedByteArray(32, number);
}
