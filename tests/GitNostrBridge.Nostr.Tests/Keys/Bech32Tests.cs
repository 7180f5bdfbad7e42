using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class Bech32Tests
{
    private const string Npub = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";

    [Theory]
    [InlineData("npub", Npub, "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e")]
    [InlineData("nsec", "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5", "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa")]
    public void The_examples_of_NIP_19_go_both_ways(string prefix, string text, string hex)
    {
        Assert.Equal(text, Bech32.Encode(prefix, Convert.FromHexString(hex)));
        Assert.True(Bech32.TryDecode(prefix, text, out var bytes));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("npub1")]
    [InlineData("npub1qqqqq")]
    [InlineData("npub")]
    [InlineData("nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5")]
    [InlineData("NPUB10ELFCS4FR0L0R8AF98JLMGDH9C8TCXJVZ9QKW038JS35MP4DMA8QZVJPTG")]
    [InlineData("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptG")]
    [InlineData("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptq")]
    [InlineData("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg ")]
    [InlineData("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjpt")]
    [InlineData("npub1Ôelfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg")]
    public void What_is_not_an_npub_is_refused(string text) => Assert.False(Bech32.TryDecode("npub", text, out _));

    [Fact]
    public void Bech32m_is_another_thing() =>
        Assert.False(Bech32.TryDecode("a", "a1lqfn3a", out _), "BIP-350's valid vector must not pass as BIP-173");

    [Fact]
    public void An_empty_payload_is_bech32_too() => Assert.True(Bech32.TryDecode("a", "a12uel5l", out _));

    [Theory]
    [InlineData("npub1qq46sa2f", true, "one byte and two zero bits")]
    [InlineData("npub1qpgvyghm", false, "a padding bit is set")]
    [InlineData("npub1qqqadrp06", false, "seven padding bits")]
    [InlineData("npub1q98xxwe", false, "padding and no byte")]
    public void Padding_is_short_and_zero(string text, bool valid, string why) =>
        Assert.True(valid == Bech32.TryDecode("npub", text, out _), why);

    [Fact]
    public void Texts_without_end_are_refused() => Assert.False(Bech32.TryDecode("npub", "npub1" + new string('q', 5000), out _));

    [Fact]
    public void Every_payload_comes_back() => Gen.Byte.Array[0, 100].Sample(
        bytes => Bech32.TryDecode("x", Bech32.Encode("x", bytes), out var decoded) && decoded.SequenceEqual(bytes),
        iter: 2_000);

    [Fact]
    public void Every_single_changed_character_is_noticed() => Gen.Select(Gen.Int[5, Npub.Length - 1], Gen.Char).Sample(
        (position, character) =>
            Bech32.TryDecode("npub", Npub[..position] + character + Npub[(position + 1)..], out _) == (character == Npub[position]),
        iter: 5_000);

    [Fact]
    public void A_public_key_reads_and_writes_its_npub()
    {
        Assert.True(PublicKey.TryParseNpub(Npub, out var key));
        Assert.Equal(Npub, key.ToNpub());
        Assert.False(PublicKey.TryParseNpub(Bech32.Encode("npub", new byte[31]), out _));
        Assert.False(PublicKey.TryParseNpub(null, out _));
    }
}
