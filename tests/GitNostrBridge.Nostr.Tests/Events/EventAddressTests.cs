namespace GitNostrBridge.Nostr.Tests;

public sealed class EventAddressTests
{
    private const string Author = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e";

    [Theory]
    [InlineData($"30617:{Author}:repo", "repo")]
    [InlineData($"30617:{Author}:", "")]
    [InlineData($"30617:{Author}:a:b::c", "a:b::c")]
    public void A_coordinate_is_split_at_its_first_two_colons(string text, string identifier)
    {
        Assert.True(EventAddress.TryParse(text, out var address));
        Assert.Equal((30617, Author, identifier), (address.Kind, address.Author.Hex, address.Identifier));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("30617")]
    [InlineData($"30617:{Author}")]
    [InlineData($":{Author}:x")]
    [InlineData($"65536:{Author}:x")]
    [InlineData($"-1:{Author}:x")]
    [InlineData($" 1:{Author}:x")]
    [InlineData($"99999999999:{Author}:x")]
    [InlineData($"30617:{Author}0:x")]
    [InlineData("30617:7E7E9C42A91BFEF19FA929E5FDA1B72E0EBC1A4C1141673E2794234D86ADDF4E:x")]
    public void Anything_else_is_no_coordinate(string? text) => Assert.False(EventAddress.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0::")]
    [InlineData(1, null)]
    [InlineData(3, "3::")]
    [InlineData(9_999, null)]
    [InlineData(10_000, "10000::")]
    [InlineData(19_999, "19999::")]
    [InlineData(20_000, null)]
    [InlineData(29_999, null)]
    [InlineData(30_000, "30000::first")]
    [InlineData(39_999, "39999::first")]
    [InlineData(40_000, null)]
    public void Replaceable_and_addressable_kinds_have_an_address(int kind, string? expected)
    {
        var nostrEvent = SampleEvents.Sign(kind: kind, tags: [new("x", "no"), new("d", "first"), new("d", "second")]);

        Assert.Equal(expected?.Replace("::", $":{nostrEvent.Author}:", StringComparison.Ordinal), EventAddress.Of(nostrEvent)?.ToString());
        Assert.Equal(kind is >= 20_000 and < 30_000, EventKinds.IsEphemeral(kind));
    }

    [Fact]
    public void Of_two_events_the_later_is_newer_and_on_a_tie_the_lower_id()
    {
        var early = SampleEvents.Sign(createdAt: 1);
        var late = SampleEvents.Sign(createdAt: 2);
        var tie = SampleEvents.Sign(createdAt: 2, content: "tie");

        Assert.True(late.IsNewerThan(early));
        Assert.False(early.IsNewerThan(late));
        Assert.False(late.IsNewerThan(late));
        Assert.Equal(late.Id < tie.Id, late.IsNewerThan(tie));
        Assert.Equal(tie.Id < late.Id, tie.IsNewerThan(late));
    }
}
