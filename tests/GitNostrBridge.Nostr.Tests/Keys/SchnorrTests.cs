using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class SchnorrTests
{
    private static readonly string[] Implementations = ["native", "managed"];

    public static TheoryData<string, int> AllVectors => Cases(_ => true);

    public static TheoryData<string, int> VectorsWithSecret => Cases(vector => vector.Secret.Length > 0);

    [Theory]
    [MemberData(nameof(AllVectors))]
    public void Every_official_vector_verifies_as_it_should(string implementation, int index)
    {
        var vector = Bip340Vector.All[index];

        Assert.Equal(vector.IsValid, Open(implementation).Verify(vector.PublicKey, vector.Message, vector.Signature));
    }

    [Theory]
    [MemberData(nameof(VectorsWithSecret))]
    public void Every_official_vector_with_a_secret_is_signed_to_the_byte(string implementation, int index)
    {
        var vector = Bip340Vector.All[index];
        var schnorr = Open(implementation);

        Assert.Equal(vector.PublicKey, schnorr.PublicKey(vector.Secret));
        Assert.Equal(vector.Signature, schnorr.Sign(vector.Secret, vector.Message, vector.Random));
    }

    [Fact]
    public void All_vectors_are_there() =>
        Assert.Equal((19, 8, 9), (Bip340Vector.All.Count, Bip340Vector.All.Count(v => v.Secret.Length > 0), Bip340Vector.All.Count(v => v.IsValid)));

    [Fact]
    public void Both_implementations_sign_alike_and_believe_each_other()
    {
        var (native, managed) = (Open("native"), Open("managed"));
        Gen.Select(Bytes32, Gen.Byte.Array[0, 200], Bytes32).Sample(
            (secret, message, random) =>
            {
                var publicKey = native.PublicKey(secret);
                var signature = native.Sign(secret, message, random);
                return publicKey.SequenceEqual(managed.PublicKey(secret))
                    && signature.SequenceEqual(managed.Sign(secret, message, random))
                    && native.Verify(publicKey, message, signature)
                    && managed.Verify(publicKey, message, signature);
            },
            time: 2);
    }

    [Fact]
    public void Both_implementations_refuse_whatever_was_changed()
    {
        var (native, managed) = (Open("native"), Open("managed"));
        Gen.Select(Bytes32, Bytes32, Gen.Int[0, 127], Gen.Int[0, 7]).Sample(
            (secret, message, position, bit) =>
            {
                var parts = new[] { native.PublicKey(secret), message, native.Sign(secret, message, new byte[32]) };
                var all = parts.SelectMany(part => part).ToArray();
                all[position] ^= (byte)(1 << bit);
                return !native.Verify(all.AsSpan(0, 32), all.AsSpan(32, 32), all.AsSpan(64))
                    && !managed.Verify(all.AsSpan(0, 32), all.AsSpan(32, 32), all.AsSpan(64));
            },
            time: 2);
    }

    [Fact]
    public void Both_implementations_agree_on_noise()
    {
        var (native, managed) = (Open("native"), Open("managed"));
        Gen.Select(Bytes32, Bytes32, Gen.Byte.Array[64]).Sample(
            (key, message, signature) => native.Verify(key, message, signature) == managed.Verify(key, message, signature),
            time: 1);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("managed")]
    public void Wrong_lengths_are_wrong_signatures(string implementation)
    {
        var schnorr = Open(implementation);

        Assert.False(schnorr.Verify(new byte[31], new byte[32], new byte[64]));
        Assert.False(schnorr.Verify(new byte[32], new byte[32], new byte[63]));
        Assert.False(schnorr.Verify([], [], []));
    }

    [Theory]
    [InlineData("native", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("native", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("native", "01")]
    [InlineData("managed", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("managed", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("managed", "01")]
    public void What_is_no_secret_key_is_refused(string implementation, string secret)
    {
        var schnorr = Open(implementation);
        var bytes = Convert.FromHexString(secret);

        Assert.Throws<ArgumentException>(() => schnorr.PublicKey(bytes));
        Assert.Throws<ArgumentException>(() => schnorr.Sign(bytes, new byte[32], new byte[32]));
    }

    [Theory]
    [InlineData("native")]
    [InlineData("managed")]
    public void Many_threads_may_use_one(string implementation)
    {
        var schnorr = Open(implementation);
        var valid = Bip340Vector.All[1];
        Parallel.For(0, 400, round =>
        {
            Assert.True(schnorr.Verify(valid.PublicKey, valid.Message, valid.Signature));
            Assert.Equal(valid.Signature, schnorr.Sign(valid.Secret, valid.Message, valid.Random));
        });
    }

    [Fact]
    public void The_best_is_the_native_one_where_it_loads() =>
        Assert.Equal(Schnorr.Native()?.Name ?? "BouncyCastle", Schnorr.Best.Name);

    /// <summary>Secrets, keys, messages: of 32 random bytes only about one in 2^128 is not below the order of the curve.</summary>
    private static Gen<byte[]> Bytes32 => Gen.Byte.Array[32];

    private static TheoryData<string, int> Cases(Func<Bip340Vector, bool> wanted) => new(
        from implementation in Implementations
        from index in Enumerable.Range(0, Bip340Vector.All.Count)
        where wanted(Bip340Vector.All[index])
        select (implementation, index));

    private static Schnorr Open(string implementation)
    {
        if (implementation == "managed")
        {
            return Schnorr.Managed();
        }

        var native = Schnorr.Native();
        Assert.SkipWhen(native is null, "no libsecp256k1 on this machine");
        return native!;
    }
}
