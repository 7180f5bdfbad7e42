using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>R14, announcement by announcement; the author is always Alice.</summary>
public class MaintainerClaimsTests
{
    private static readonly string Alice = People.Alice.Hex;
    private static readonly string Bob = People.Bob.Hex;

    [Theory]
    [InlineData("M", true)]
    [InlineData("m", true)]
    [InlineData("o", false)]
    public void Leads_and_co_maintainers_maintain_and_moderators_do_not(string role, bool maintains)
    {
        var claims = Claims([role, Bob]);

        Assert.Equal(maintains, claims.Maintainers.Contains(People.Bob));
        Assert.Contains(People.Bob, claims.Named);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("100", true)]
    [InlineData("100 200", false)]
    [InlineData("100 200 300", true)]
    [InlineData("100 200 300 400", false)]
    [InlineData("0", true)]
    [InlineData("300 200 100", true)]
    [InlineData("100 defer", false)]
    [InlineData("100 200 300 defer", false)]
    public void An_entry_is_active_without_times_or_with_an_odd_number(string times, bool active)
    {
        var claims = Claims(["m", Bob, .. times.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(active, claims.Maintainers.Contains(People.Bob));
        Assert.Contains(People.Bob, claims.Named);
    }

    [Theory]
    [InlineData("defer")]
    [InlineData("100,200,defer")]
    [InlineData("100,defer,300")]
    [InlineData("100,DEFER")]
    [InlineData("defer,200")]
    [InlineData("now")]
    [InlineData("-100")]
    [InlineData("+100")]
    [InlineData("1.5")]
    [InlineData(" 100")]
    [InlineData("0x10")]
    [InlineData("99999999999999999999")]
    [InlineData("100,")]
    [InlineData(",")]
    public void Anything_else_makes_the_entry_void(string times)
    {
        var claims = Claims(["m", Bob, .. times.Split(',')]);

        Assert.DoesNotContain(People.Bob, claims.Maintainers);
        Assert.DoesNotContain(People.Bob, claims.Named);
    }

    [Theory]
    [InlineData("npub1qqqq")]
    [InlineData("")]
    [InlineData("BB00000000000000000000000000000000000000000000000000000000000000")]
    public void An_entry_that_names_no_key_is_void(string key) => Assert.Empty(Claims(["m", key]).Named);

    [Fact]
    public void A_role_tag_without_key_is_void() => Assert.Empty(Claims(["m"]).Named);

    [Fact]
    public void The_maintainers_tag_counts_without_role_tags()
    {
        var claims = Claims(["maintainers", Bob, "nonsense", People.Carol.Hex], ["maintainers", People.Dave.Hex]);

        Assert.Equal([People.Alice, People.Bob, People.Carol], claims.Maintainers.OrderBy(key => key.Hex));
        Assert.DoesNotContain(People.Dave, claims.Named);
        Assert.False(claims.Declines);
    }

    [Theory]
    [InlineData("M")]
    [InlineData("m")]
    [InlineData("o")]
    public void The_maintainers_tag_is_ignored_when_a_role_tag_is_there(string role)
    {
        var claims = Claims(["maintainers", Bob], [role, People.Carol.Hex, "1", "2"]);

        Assert.DoesNotContain(People.Bob, claims.Maintainers);
        Assert.DoesNotContain(People.Bob, claims.Named);
    }

    [Fact]
    public void A_void_role_tag_is_as_if_it_were_not_there_for_the_maintainers_tag_too() =>
        Assert.Contains(People.Bob, Claims(["maintainers", Bob], ["m", People.Carol.Hex, "soon"]).Maintainers);

    [Fact]
    public void An_author_whom_no_role_tag_names_is_a_maintainer()
    {
        Assert.Contains(People.Alice, Claims().Maintainers);
        Assert.Contains(People.Alice, Claims(["m", Bob]).Maintainers);
        Assert.Contains(People.Alice, Claims(["maintainers", Bob]).Maintainers);
        Assert.Contains(People.Alice, Claims(["o", Bob]).Maintainers);
    }

    [Fact]
    public void A_void_entry_for_the_author_does_not_decline()
    {
        var claims = Claims(["m", Alice, "1", "never"]);

        Assert.False(claims.Declines);
        Assert.Contains(People.Alice, claims.Maintainers);
    }

    [Theory]
    [InlineData("M:1:2")]
    [InlineData("m:1:2")]
    [InlineData("m:1:defer")]
    [InlineData("o")]
    [InlineData("o:1:2")]
    [InlineData("m:1:2|o")]
    public void An_author_named_only_by_ended_or_moderator_entries_declines(string entries)
    {
        var claims = Claims(SelfEntries(entries));

        Assert.True(claims.Declines);
        Assert.DoesNotContain(People.Alice, claims.Maintainers);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("M:1")]
    [InlineData("M:1:2|m:2")]
    [InlineData("m:2|M:1:2")]
    [InlineData("o|m")]
    [InlineData("m:1:2:3")]
    public void One_active_entry_is_enough_to_stay(string entries)
    {
        var claims = Claims(SelfEntries(entries));

        Assert.False(claims.Declines);
        Assert.Contains(People.Alice, claims.Maintainers);
    }

    [Fact]
    public void Roles_are_told_apart_by_case_and_whole_name() => Assert.Empty(Claims(["O", Bob], ["mm", Bob], ["p", Bob]).Named);

    private static string[][] SelfEntries(string entries) =>
        [.. entries.Split('|').Select(entry => entry.Split(':')).Select(parts => (string[])[parts[0], Alice, .. parts[1..]])];

    private static MaintainerClaims Claims(params string[][] tags) =>
        MaintainerClaims.Of(Events.Event(People.Alice, EventKinds.RepositoryAnnouncement, 1, [["d", "x"], .. tags]));
}
