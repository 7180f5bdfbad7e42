namespace GitNostrBridge.Grasp.Tests;

/// <summary>R14, the confirmed set. A group is written as `alice>bob bob>alice`: each author and whom he names as active maintainer.</summary>
public class MaintainerSetTests
{
    [Theory]
    [InlineData("no announcement at all", "", "")]
    [InlineData("an announcement that names nobody", "alice>", "")]
    [InlineData("an invitee without announcement", "alice>bob", "")]
    [InlineData("an invitee whose announcement accepts nobody", "alice>bob bob>", "")]
    [InlineData("one who accepts", "alice>bob bob>alice", "bob")]
    [InlineData("one who names the owner uninvited", "alice> bob>alice", "")]
    [InlineData("two removes, accepting the one who named him", "alice>bob bob>alice,carol carol>bob", "bob carol")]
    [InlineData("two removes, accepting another member", "alice>bob bob>alice,carol carol>alice", "bob carol")]
    [InlineData("three removes", "alice>bob bob>alice,carol carol>bob,dave dave>carol", "bob carol dave")]
    [InlineData("named by an invitee who has not accepted", "alice>bob bob>carol carol>alice", "")]
    [InlineData("two invitees who name each other", "alice>bob,carol bob>carol carol>bob", "")]
    [InlineData("one invitee accepts and lifts the other, who had named him", "alice>bob,carol bob>alice carol>bob", "bob carol")]
    [InlineData("an outsider whom an invitee names", "alice>bob bob>alice carol>bob", "bob")]
    [InlineData("a star", "alice>bob,carol,dave bob>alice carol>alice dave>alice", "bob carol dave")]
    public void Reciprocal(string what, string group, string others) => AssertConfirmed(MaintainerModel.Reciprocal, what, group, others);

    [Theory]
    [InlineData("an invitee without announcement", "alice>bob", "bob")]
    [InlineData("an invitee whose announcement accepts nobody", "alice>bob bob>", "bob")]
    [InlineData("recursively", "alice>bob bob>carol carol>dave", "bob carol dave")]
    [InlineData("one who names the owner uninvited", "alice> bob>alice", "")]
    [InlineData("a ring", "alice>bob bob>carol carol>alice", "bob carol")]
    public void Listed(string what, string group, string others) => AssertConfirmed(MaintainerModel.Listed, what, group, others);

    [Theory]
    [InlineData(MaintainerModel.Reciprocal)]
    [InlineData(MaintainerModel.Listed)]
    public void Declining_outranks_what_others_say_and_cuts_the_path(MaintainerModel model)
    {
        var set = Of(
            model,
            Events.Announcement(People.Alice, 1, ["m", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex], ["m", People.Carol.Hex], ["m", People.Bob.Hex, "1", "2"]),
            Events.Announcement(People.Carol, 1, ["m", People.Alice.Hex]));

        Assert.Equal([People.Alice], set.Confirmed);
    }

    [Theory]
    [InlineData("o")]
    [InlineData("ended")]
    public void The_owner_belongs_even_when_he_declines(string how)
    {
        string[] self = how == "o" ? ["o", People.Alice.Hex] : ["m", People.Alice.Hex, "1", "2"];
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, self, ["m", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex]));

        Assert.True(set.Contains(People.Alice));
        Assert.True(set.Contains(People.Bob));
    }

    [Fact]
    public void An_invitation_that_has_ended_confirms_nobody()
    {
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, ["m", People.Bob.Hex, "1", "2"]),
            Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex]));

        Assert.Equal([People.Alice], set.Confirmed);
        Assert.True(set.IsNamed(People.Bob));
    }

    [Theory]
    [InlineData("o", "")]
    [InlineData("m", "1 2")]
    [InlineData("m", "1 defer")]
    public void Naming_a_member_as_anything_but_an_active_maintainer_does_not_accept(string role, string times)
    {
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, ["m", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, [role, People.Alice.Hex, .. times.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));

        Assert.Equal([People.Alice], set.Confirmed);
    }

    [Fact]
    public void A_moderator_is_never_confirmed()
    {
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, ["o", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, ["o", People.Bob.Hex], ["M", People.Alice.Hex]));

        Assert.Equal([People.Alice], set.Confirmed);
        Assert.True(set.IsNamed(People.Bob));
    }

    [Fact]
    public void A_group_that_accepted_each_other_is_the_same_seen_from_every_member()
    {
        RepositoryAnnouncement[] group =
        [
            Events.Announcement(People.Alice, 1, ["maintainers", People.Bob.Hex, People.Carol.Hex]),
            Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex], ["m", People.Bob.Hex]),
            Events.Announcement(People.Carol, 1, ["M", People.Alice.Hex], ["m", People.Carol.Hex]),
        ];
        var byAuthor = group.ToDictionary(announcement => announcement.Author);

        Assert.All(byAuthor.Keys, member =>
            Assert.Equal(byAuthor.Keys.ToHashSet(), MaintainerSet.Of(member, byAuthor, MaintainerModel.Reciprocal).Confirmed.ToHashSet()));
    }

    [Fact]
    public void R7_whom_only_an_invitee_names_is_not_named_by_a_member()
    {
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, ["m", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, ["m", People.Carol.Hex]));

        Assert.True(set.IsNamed(People.Bob));
        Assert.False(set.IsNamed(People.Carol));
    }

    [Fact]
    public void R7_whom_a_member_at_one_remove_names_is_named()
    {
        var set = Of(
            MaintainerModel.Reciprocal,
            Events.Announcement(People.Alice, 1, ["m", People.Bob.Hex]),
            Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex], ["o", People.Carol.Hex, "1", "2"]));

        Assert.True(set.IsNamed(People.Carol));
    }

    [Theory]
    [InlineData(MaintainerModel.Reciprocal)]
    [InlineData(MaintainerModel.Listed)]
    public void A_set_is_bounded_in_size(MaintainerModel model)
    {
        var crowd = Enumerable.Range(1, MaintainerSet.MaxMembers + 100).Select(People.Numbered).ToList();
        var set = Of(model, [
            Events.Announcement(People.Alice, 1, ["maintainers", .. crowd.Select(key => key.Hex)]),
            .. crowd.Select(key => Events.Announcement(key, 1, ["maintainers", People.Alice.Hex]))]);

        Assert.Equal(MaintainerSet.MaxMembers, set.Confirmed.Count);
        Assert.True(set.Contains(People.Alice));
    }

    [Theory]
    [InlineData(MaintainerModel.Reciprocal)]
    [InlineData(MaintainerModel.Listed)]
    public void A_set_is_bounded_in_depth(MaintainerModel model)
    {
        var chain = Enumerable.Range(1, MaintainerSet.MaxDepth + 10).Select(People.Numbered).ToList();
        var byAuthor = chain
            .Select((key, index) => Events.Announcement(key, 1, ["maintainers", People.Numbered(index).Hex, People.Numbered(index + 2).Hex]))
            .ToDictionary(announcement => announcement.Author);
        var set = MaintainerSet.Of(chain[0], byAuthor, model);

        Assert.True(set.Contains(chain[MaintainerSet.MaxDepth]));
        Assert.False(set.Contains(chain[MaintainerSet.MaxDepth + 1]));
    }

    private static void AssertConfirmed(MaintainerModel model, string what, string group, string others)
    {
        var announcements = Words(group).Select(member => member.Split('>')).Select(parts => Events.Announcement(
            People.Named(parts[0]),
            1,
            [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => (string[])["m", People.Named(name).Hex])]));
        var expected = Words(others).Select(People.Named).Append(People.Alice).ToHashSet();

        Assert.True(expected.SetEquals(Of(model, [.. announcements]).Confirmed), what);
    }

    private static MaintainerSet Of(MaintainerModel model, params RepositoryAnnouncement[] announcements) =>
        MaintainerSet.Of(People.Alice, announcements.ToDictionary(announcement => announcement.Author), model);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
