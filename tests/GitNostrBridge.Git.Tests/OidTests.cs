namespace GitNostrBridge.Git.Tests;

public sealed class OidTests
{
    [Theory]
    [InlineData("")]
    [InlineData("abc123")]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567")]
    [InlineData("0123456789abcdef0123456789abcdef0123456g")]
    [InlineData("0123456789abcdef0123456789abcdef012345678")]
    public void Anything_but_forty_or_sixty_four_lower_case_digits_is_refused(string text) => Assert.False(Oid.TryParse(text, out _));

    [Fact]
    public void Zero_is_zero_in_either_length_and_differs_from_every_other_id()
    {
        Assert.True(Oid.TryParse(new string('0', 40), out var shorter));
        Assert.True(Oid.TryParse(new string('0', 64), out var longer));
        Assert.True(Oid.TryParse(new string('1', 40), out var other));
        Assert.True(shorter.IsZero && longer.IsZero && !other.IsZero);
        Assert.Equal(Oid.Zero, shorter);
        Assert.NotEqual(Oid.Zero, other);
        Assert.Equal(new string('0', 40), Oid.Zero.ToString());
        Assert.Equal(new string('1', 40), other.Hex);
    }
}
