using System.Collections.Frozen;

namespace GitNostrBridge.Storage.Tests;

/// <summary>Events with true ids and made-up signatures, which the store does not look at.</summary>
internal static class TestEvent
{
    private static readonly string Signature = new('0', 128);

    public static readonly PublicKey Alice = Key(0xa1);
    public static readonly PublicKey Bob = Key(0xb0);
    public static readonly PublicKey Carol = Key(0xca);

    public static NostrEvent Of(PublicKey author, int kind, long createdAt, params string[][] tags) => With("", author, kind, createdAt, tags);

    public static NostrEvent With(string content, PublicKey author, int kind, long createdAt, params string[][] tags)
    {
        EventTag[] eventTags = [.. tags.Select(tag => new EventTag(tag))];
        return new NostrEvent(EventJson.ComputeId(author, createdAt, kind, eventTags, content), author, createdAt, kind, eventTags, content, Signature);
    }

    public static NostrEvent State(PublicKey author, long createdAt, string identifier = "d", string content = "") =>
        With(content, author, EventKinds.RepositoryState, createdAt, ["d", identifier]);

    public static NostrEvent Announcement(PublicKey author, long createdAt, string content = "") =>
        With(content, author, EventKinds.RepositoryAnnouncement, createdAt, ["d", "d"]);

    public static NostrEvent Issue(PublicKey author, long createdAt, params string[][] tags) => Of(author, EventKinds.Issue, createdAt, tags);

    /// <summary>Two states of one second, the one that counts (the lower id) first.</summary>
    public static (NostrEvent Lower, NostrEvent Higher) Twins(PublicKey author, long createdAt)
    {
        var (one, other) = (State(author, createdAt, content: "one"), State(author, createdAt, content: "other"));
        return one.Id < other.Id ? (one, other) : (other, one);
    }

    public static Filter TagFilter(char name, params string[] values) => new()
    {
        Tags = new Dictionary<char, FrozenSet<string>> { [name] = values.ToFrozenSet() }.ToFrozenDictionary(),
    };

    public static PublicKey Key(int fill)
    {
        var bytes = new byte[32];
        bytes.AsSpan().Fill((byte)fill);
        return PublicKey.FromBytes(bytes);
    }
}
