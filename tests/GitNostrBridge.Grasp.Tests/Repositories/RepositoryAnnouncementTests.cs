using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

public class RepositoryAnnouncementTests
{
    private static readonly string CloneUrl = Events.Here.CloneUrl(new RepositoryAddress(People.Alice, Events.Identifier));

    [Fact]
    public void Its_fields_are_read()
    {
        var announcement = Events.Announcement(People.Alice, 1, ["name", "The project"], ["description", "What it does"], ["clone", "https://a/b.git", "", "https://c/d.git"]);

        Assert.Equal(new RepositoryAddress(People.Alice, Events.Identifier), announcement.Address);
        Assert.Equal("The project", announcement.Name);
        Assert.Equal("What it does", announcement.Description);
        Assert.Equal(["https://a/b.git", "https://c/d.git"], announcement.Clone);
    }

    [Fact]
    public void R6_two_clone_tags_are_refused() => Assert.IsType<AnnouncementParse.Malformed>(Parse(["d", "x"], ["clone", "https://a/b.git"], ["clone", CloneUrl]));

    [Fact]
    public void R6_several_relays_tags_are_merged() =>
        Assert.Equal(["wss://a", "wss://b", "wss://c"], Events.Announcement(People.Alice, 1, ["relays", "wss://a"], ["relays", "wss://b", "wss://c"]).Relays);

    [Fact]
    public void R6_the_identifier_is_required()
    {
        Assert.IsType<AnnouncementParse.Malformed>(Parse(["clone", CloneUrl]));
        Assert.IsType<AnnouncementParse.Malformed>(Parse(["d"]));
        Assert.IsType<AnnouncementParse.Malformed>(Parse(["d", ""]));
    }

    [Fact]
    public void R7_a_companion_needs_no_clone_tag() => Assert.IsType<AnnouncementParse.Parsed>(Parse(["d", "x"]));

    [Fact]
    public void Another_kind_is_no_announcement() =>
        Assert.IsType<AnnouncementParse.Malformed>(RepositoryAnnouncement.Parse(Events.Event(People.Alice, EventKinds.RepositoryState, 1, ["d", "x"])));

    [Fact]
    public void R5_it_lists_the_service_by_clone_and_relay_together()
    {
        Assert.True(Lists(["clone", "https://elsewhere/x.git", CloneUrl], ["relays", "wss://elsewhere", Events.Here.RelayUrl]));
        Assert.False(Lists(["clone", CloneUrl]));
        Assert.False(Lists(["clone", CloneUrl], ["relays", "wss://elsewhere"]));
        Assert.False(Lists(["relays", Events.Here.RelayUrl]));
        Assert.False(Lists(["clone", "https://elsewhere/x.git"], ["relays", Events.Here.RelayUrl]));
    }

    [Fact]
    public void R5_somebody_elses_clone_url_does_not_list_the_service()
    {
        Assert.False(Lists(["clone", Events.Here.CloneUrl(new RepositoryAddress(People.Bob, Events.Identifier))], ["relays", Events.Here.RelayUrl]));
        Assert.False(Lists(["clone", Events.Here.CloneUrl(new RepositoryAddress(People.Alice, "other"))], ["relays", Events.Here.RelayUrl]));
    }

    private static bool Lists(params string[][] tags) => Events.Announcement(People.Alice, 1, tags).Lists(Events.Here);

    private static AnnouncementParse Parse(params string[][] tags) =>
        RepositoryAnnouncement.Parse(Events.Event(People.Alice, EventKinds.RepositoryAnnouncement, 1, tags));
}
