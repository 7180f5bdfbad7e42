using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What came of reading an announcement.</summary>
public abstract record AnnouncementParse
{
    private AnnouncementParse()
    {
    }

    /// <summary>A well formed announcement; whether it may stand here is not decided yet.</summary>
    public sealed record Parsed(RepositoryAnnouncement Announcement) : AnnouncementParse;

    /// <summary>Not an announcement, and why, for the sender to read.</summary>
    public sealed record Malformed(string Reason) : AnnouncementParse;
}

/// <summary>A repository's announcement, kind 30617 (NIP-34).</summary>
public sealed class RepositoryAnnouncement
{
    private RepositoryAnnouncement(NostrEvent nostrEvent)
    {
        Event = nostrEvent;
        Address = new RepositoryAddress(nostrEvent.Author, nostrEvent.Identifier);
        Clone = ValuesOf("clone");
        Relays = ValuesOf("relays");
        Claims = MaintainerClaims.Of(nostrEvent);
    }

    /// <summary>The event itself.</summary>
    public NostrEvent Event { get; }

    /// <summary>The repository that it announces.</summary>
    public RepositoryAddress Address { get; }

    /// <summary>`d`: the name that the repositories of one project share.</summary>
    public string Identifier => Address.Identifier;

    /// <summary>Who signed it.</summary>
    public PublicKey Author => Event.Author;

    /// <summary>The URLs to clone from; none in the announcement of a mere companion (R7).</summary>
    public IReadOnlyList<string> Clone { get; }

    /// <summary>The relays of the project, those of several tags together (R6).</summary>
    public IReadOnlyList<string> Relays { get; }

    /// <summary>The project's name for people, or null.</summary>
    public string? Name => Event.FirstTag("name")?.Value;

    /// <summary>What the project is, or null.</summary>
    public string? Description => Event.FirstTag("description")?.Value;

    /// <summary>What it says about people (R14).</summary>
    public MaintainerClaims Claims { get; }

    /// <summary>Reads an event of kind 30617: `d` is needed, and at most one `clone` tag allowed (R6).</summary>
    public static AnnouncementParse Parse(NostrEvent nostrEvent) =>
        nostrEvent.Kind != EventKinds.RepositoryAnnouncement ? new AnnouncementParse.Malformed("an announcement has kind 30617")
        : nostrEvent.Identifier.Length == 0 ? new AnnouncementParse.Malformed("an announcement needs a d tag")
        : nostrEvent.TagsNamed("clone").Skip(1).Any() ? new AnnouncementParse.Malformed("an announcement has one clone tag, with all URLs in it")
        : new AnnouncementParse.Parsed(new RepositoryAnnouncement(nostrEvent));

    /// <summary>Whether it lists this service, both as a place to clone from and as a relay (R5).</summary>
    public bool Lists(ServiceAddress here) => Clone.Any(url => here.IsClone(url, Address)) && Relays.Any(here.IsRelay);

    private List<string> ValuesOf(string tagName) =>
        [.. Event.TagsNamed(tagName).SelectMany(tag => tag.Values).Where(value => value.Length > 0)];
}
