using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>Events with true ids and made-up signatures.</summary>
internal static class Events
{
    public const string Identifier = "project";

    public static readonly ServiceAddress Here = new("http", "127.0.0.1:7334", "/");

    private static readonly string Signature = new('5', 128);

    public static NostrEvent Event(PublicKey author, int kind, long createdAt, params string[][] tags)
    {
        EventTag[] list = [.. tags.Select(tag => new EventTag(tag))];
        return new NostrEvent(EventJson.ComputeId(author, createdAt, kind, list, ""), author, createdAt, kind, list, "", Signature);
    }

    public static RepositoryAnnouncement Announcement(PublicKey author, long createdAt, params string[][] tags) =>
        Parsed(Event(author, EventKinds.RepositoryAnnouncement, createdAt, [["d", Identifier], .. tags]));

    /// <summary>One that lists this service.</summary>
    public static RepositoryAnnouncement Listing(PublicKey author, long createdAt, params string[][] tags) => Announcement(
        author,
        createdAt,
        [["clone", Here.CloneUrl(new RepositoryAddress(author, Identifier))], ["relays", Here.RelayUrl], .. tags]);

    public static RepositoryState State(PublicKey author, long createdAt, params string[][] tags) =>
        RepositoryState.Parse(Event(author, EventKinds.RepositoryState, createdAt, [["d", Identifier], .. tags])) is StateParse.Parsed parsed
            ? parsed.State
            : throw new ArgumentException("malformed state");

    public static PullRequest PullRequest(PublicKey author, Oid commit, params string[][] tags) =>
        Grasp.PullRequest.Parse(Event(author, EventKinds.PullRequest, 1, [["c", commit.Hex], .. tags])) is PullRequestParse.Parsed parsed
            ? parsed.PullRequest
            : throw new ArgumentException("malformed pull request");

    public static RepositoryAnnouncement Parsed(NostrEvent nostrEvent) =>
        RepositoryAnnouncement.Parse(nostrEvent) is AnnouncementParse.Parsed parsed ? parsed.Announcement : throw new ArgumentException("malformed announcement");

    public static Standing Standing(PublicKey owner, RepositoryState state) => new(owner, state.Event.Id, state.Author, state.Event.CreatedAt);

    /// <summary>Object ids of one repeated digit; `0` is no object.</summary>
    public static Oid Oid(char digit) => Git.Oid.TryParse(Hex(digit), out var oid) ? oid : throw new ArgumentException(digit.ToString());

    public static string Hex(char digit) => new(digit, 40);

    public static RefName Ref(string name) => RefName.TryParse(name, out var parsed) ? parsed : throw new ArgumentException(name);
}
