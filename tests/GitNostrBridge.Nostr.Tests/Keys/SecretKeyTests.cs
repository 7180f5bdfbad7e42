using System.Security.Cryptography;

namespace GitNostrBridge.Nostr.Tests;

public sealed class SecretKeyTests
{
    private const string Hex = "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa";
    private const string Nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";

    [Theory]
    [InlineData(Hex)]
    [InlineData(Nsec)]
    public void Hex_and_nsec_are_the_same_key(string text)
    {
        Assert.True(SecretKey.TryParse(text, out var key));
        Assert.Equal(Nsec, key.ToNsec());
        Assert.Equal("7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e", key.PublicKey.Hex);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("67DEA2ED018072D675F5415ECFAED7D2597555E202D85B3D65EA4E58D2D92FFA")]
    [InlineData("67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92f")]
    [InlineData("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void What_is_no_secret_key_is_refused(string? text) => Assert.False(SecretKey.TryParse(text, out _));

    [Fact]
    public void The_greatest_key_is_one_below_the_order() =>
        Assert.True(SecretKey.TryParse("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", out _));

    [Fact]
    public void It_does_not_show_itself()
    {
        Assert.True(SecretKey.TryParse(Hex, out var key));
        Assert.DoesNotContain(Hex, $"{key}", StringComparison.Ordinal);
        Assert.DoesNotContain(Nsec, $"{key}", StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_keys_differ_and_survive_a_round_trip()
    {
        using var random = RandomNumberGenerator.Create();
        var key = SecretKey.Generate(random);

        Assert.True(SecretKey.TryParse(key.ToNsec(), out var again));
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.NotEqual(key.PublicKey, SecretKey.Generate(random).PublicKey);
    }

    [Fact]
    public void Generation_passes_over_numbers_that_are_no_keys()
    {
        using var random = new ScriptedRandom(new byte[32], [.. Enumerable.Repeat((byte)255, 32)], [.. new byte[31], 3]);

        Assert.Equal("f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9", SecretKey.Generate(random).PublicKey.Hex);
    }

    private sealed class ScriptedRandom(params byte[][] script) : RandomNumberGenerator
    {
        private int _next;

        public override void GetBytes(byte[] data) => script[_next++].CopyTo(data, 0);
    }
}
