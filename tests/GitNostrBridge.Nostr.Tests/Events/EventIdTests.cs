using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

public sealed class EventIdTests
{
    private static readonly PublicKey Author = SampleEvents.Alice.PublicKey;

    /// <summary>Computed once with Python's json (ensure_ascii off, no blanks) and hashlib.</summary>
    [Theory]
    [InlineData("", "be11ad55183980b21c858d2aec4e83a3dfb51ebd0432835b0be8ec69cfa58625")]
    [InlineData("plain", "6f9ba1b9ca510bc9ea8669272926bac692466a3798bb8285b2bb40c33c001191")]
    [InlineData("\U0001f9a9 \U0001f468\u200d\U0001f469\u200d\U0001f467", "5f5ad36e2838e2f6d12ec7801a317164d49d501df058d87e9f0a2d4c7017a681")]
    [InlineData("\u2028\u2029", "f846a89abf205a7df2843eb7e0e1506e05c0bbd4cf8922382d6bf926baf474ec")]
    [InlineData("\u0085", "7ccdc66f602e47817962da711edeb7cfb30ecba7adb3b991368ae6845e6bd0f2")]
    [InlineData("\u007f", "db4bcb83f72553b848c106c17870a65da619e4fe21f7fd2f37973a361b633853")]
    [InlineData("\u00a0", "960af875aca9dd8682bc52e5eedc82984537ed665a4cea64091a892f6d5db482")]
    [InlineData("\ufeff", "660b19f2346ba4ba8a6c2a6dc7527007f61dc511cb936406b075957193ae441b")]
    [InlineData(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f",
        "63b427370cebe032304497d8261f1494550d99732600486626ee6a3acf5753fb")]
    [InlineData("<>&'/+`", "67934356283fe82a5ff4e426eee9b5b77c4aaebc6a483bd90aee3c7c77a05011")]
    [InlineData("<<leading_zero>>", "438f611dfaab1e31b0ff177411524f7b9cd8fb68a785fb11d212683de51ea490")]
    [InlineData("2024-01-01T00:00:00Z", "e54ebbfaea660d4ac06706cc3273be3a57c71cfe68044f05801961625fc4b035")]
    [InlineData("2024-01-01T00:00:00.000+01:00", "bb7e5c9b68b549f9aa8ba9c9b3b83174a41b7ade24af95a4b3a4eb57cddbdadc")]
    [InlineData("\"\\\\\"\\n", "ae40597475611e3f4da0d9491f929bf1427833f03d33f15b0d67a92d0797e4a1")]
    [InlineData("\u00e4\u00f6\u00fc\u00df \u4f60\u597d \u05e9\u05dc\u05d5\u05dd", "00b72acf72a4039e812c6338d75eeb575c0f0175111868732189371bb7d74c91")]
    [InlineData("\U0010ffff\ufffd\ue000", "8bb11dfcc86e37e2f17ec024bb5c2a71bf85673dda0e13ddc87072fb99783b31")]
    [InlineData("1e5", "281cecf0cea2dc4b41b9c07531b8ff37bb5b1c3b9c74fd2474e0710abf3c6c4b")]
    [InlineData("null", "c9078af2b0d7364935a61b2f7ddbe3ede8e6c76761eaa517ab588506d774d1ec")]
    [InlineData("line\u000d\u000aline\u0009tab", "6be5b83dcac6a2ee1ba25b3261a98bbea14c3ce809525b271aa9a71f33df4cc4")]
    public void Ids_are_those_that_Python_computes(string text, string id) =>
        Assert.Equal(id, EventJson.ComputeId(Author, 1_700_000_000, 1, [new("t", text, text), new("x"), new()], text).Hex);

    [Theory]
    [InlineData(0, 0, "d809cf9dc1dd63bc14ea9b3ba940243cb931801dbddc92f5cc0f051662a16670")]
    [InlineData(65535, long.MaxValue, "99a53034177030c3f8a6bbe0fbf995ff73fb857b8aa84ea10df5cc29c7db930e")]
    public void Extreme_numbers_are_written_plainly(int kind, long createdAt, string id) =>
        Assert.Equal(id, EventJson.ComputeId(Author, createdAt, kind, [], "").Hex);

    [Fact]
    public void Every_character_below_the_astral_planes_is_spelled_as_the_naive_writer_spells_it()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            if (!char.IsSurrogate((char)code))
            {
                var text = $"a{(char)code}b";
                Assert.True(EventJson.ComputeId(Author, code, 1, [], text) == NaiveId(Author, code, 1, [], text), $"U+{code:x4}");
            }
        }
    }

    [Fact]
    public void Random_events_have_the_ids_that_the_naive_writer_gives_them() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 65535], Texts.Tags, Texts.Any).Sample(
            (createdAt, kind, tags, content) =>
                EventJson.ComputeId(Author, createdAt, kind, tags, content) == NaiveId(Author, createdAt, kind, tags, content),
            time: 2);

    [Theory]
    [InlineData("7E7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e")]
    [InlineData("7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4")]
    [InlineData("7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e0")]
    [InlineData("ge7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e")]
    [InlineData(" e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e")]
    [InlineData("")]
    [InlineData(null)]
    public void Only_64_lower_case_hex_digits_are_an_id_or_a_key(string? text)
    {
        Assert.False(EventId.TryParse(text, out _));
        Assert.False(PublicKey.TryParse(text, out _));
    }

    [Fact]
    public void Ids_are_ordered_by_their_bytes() => Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32]).Sample(
        (left, right) => Math.Sign(left.AsSpan().SequenceCompareTo(right)) == Math.Sign(EventId.FromBytes(left).CompareTo(EventId.FromBytes(right)))
            && EventId.FromBytes(left).ToBytes().SequenceEqual(left),
        iter: 1_000);

    private static EventId NaiveId(PublicKey author, long createdAt, int kind, IReadOnlyList<EventTag> tags, string content)
    {
        var tagsText = string.Join(',', tags.Select(tag => "[" + string.Join(',', tag.Items.Select(NaiveText)) + "]"));
        var text = string.Create(CultureInfo.InvariantCulture, $"[0,\"{author.Hex}\",{createdAt},{kind},[{tagsText}],{NaiveText(content)}]");
        return EventId.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string NaiveText(string text) => "\"" + string.Concat(text.Select(character => character switch
    {
        (char)0x0a => @"\n",
        (char)0x22 => @"\""",
        (char)0x5c => @"\\",
        (char)0x0d => @"\r",
        (char)0x09 => @"\t",
        (char)0x08 => @"\b",
        (char)0x0c => @"\f",
        < (char)0x10 => @"\u000" + "0123456789abcdef"[character],
        < (char)0x20 => @"\u001" + "0123456789abcdef"[character - 0x10],
        _ => character.ToString(),
    })) + "\"";
}
