using System.Globalization;

namespace GitNostrBridge.Nostr;

/// <summary>An event as it came over the wire, well formed but not necessarily genuine: see <see cref="EventVerifier"/>.</summary>
public sealed class NostrEvent
{
    /// <summary>An event of the given fields; <paramref name="signature"/> is 128 lower-case hex digits.</summary>
    public NostrEvent(
        EventId id, PublicKey author, long createdAt, int kind, IReadOnlyList<EventTag> tags, string content, string signature)
    {
        (Id, Author, CreatedAt, Kind, Tags, Content, Signature) = (id, author, createdAt, kind, tags, content, signature);
        Json = EventJson.Write(this);
    }

    /// <summary>The id that the event claims.</summary>
    public EventId Id { get; }

    /// <summary>`pubkey`: who signed.</summary>
    public PublicKey Author { get; }

    /// <summary>`created_at`: unix seconds, as the author claims.</summary>
    public long CreatedAt { get; }

    /// <summary>0 to 65535.</summary>
    public int Kind { get; }

    /// <summary>The tags in order.</summary>
    public IReadOnlyList<EventTag> Tags { get; }

    /// <summary>The text that the author signed.</summary>
    public string Content { get; }

    /// <summary>The BIP-340 signature of the id: 128 lower-case hex digits.</summary>
    public string Signature { get; }

    /// <summary>The event as one JSON object in UTF-8, in the spelling that is served and stored.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The identifier of an addressable event: the value of the first `d` tag, or the empty string (NIP-01).</summary>
    public string Identifier => FirstTag("d")?.Value ?? "";

    /// <summary>When its author wants it to be forgotten, unix seconds, or null (NIP-40); a value that is no number counts as none.</summary>
    public long? Expiration =>
        long.TryParse(FirstTag("expiration")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : null;

    /// <summary>Whether only its author may publish it (NIP-70).</summary>
    public bool IsProtected => Tags.Any(tag => tag.Name == "-");

    /// <summary>The first tag of that name, or null.</summary>
    public EventTag? FirstTag(string name) => Tags.FirstOrDefault(tag => tag.Name == name);

    /// <summary>All tags of that name, in order.</summary>
    public IEnumerable<EventTag> TagsNamed(string name) => Tags.Where(tag => tag.Name == name);

    /// <summary>Whether it is to be forgotten by now (NIP-40).</summary>
    public bool IsExpiredAt(DateTimeOffset now) => Expiration <= now.ToUnixTimeSeconds();

    /// <summary>Whether this event is the newer of two at one address: later, or at the same second the lower id (NIP-01, R15).</summary>
    public bool IsNewerThan(NostrEvent other) => EventOrder.IsNewer(CreatedAt, Id, other.CreatedAt, other.Id);
}
