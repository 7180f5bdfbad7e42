using System.Security.Cryptography;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>Somebody with a key, who signs events.</summary>
public sealed class Person
{
    // Every event of a test is a second newer than the one before, so that "newer" needs no waiting.
    private static long _second = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100_000;

    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private static readonly EventSigner Signer = new(Schnorr.Best, Random);

    public SecretKey SecretKey { get; } = SecretKey.Generate(Random);

    public PublicKey Key => SecretKey.PublicKey;

    public string Npub => Key.ToNpub();

    /// <summary>The next second of the tests' common calendar.</summary>
    public static long NextSecond() => Interlocked.Increment(ref _second);

    /// <summary>Signs any event.</summary>
    public NostrEvent Sign(int kind, IEnumerable<EventTag> tags, string content = "", long? createdAt = null) =>
        Signer.Sign(SecretKey, kind, createdAt ?? NextSecond(), [.. tags], content);

    /// <summary>An announcement that lists the server.</summary>
    public NostrEvent Announce(ServiceAddress server, string identifier, params Person[] maintainers) =>
        Announce([server.CloneUrl(new RepositoryAddress(Key, identifier))], [server.RelayUrl], identifier, maintainers);

    /// <summary>An announcement with any clone and relay values.</summary>
    public NostrEvent Announce(IReadOnlyList<string> clone, IReadOnlyList<string> relays, string identifier, params Person[] maintainers) => Sign(
        EventKinds.RepositoryAnnouncement,
        [
            new("d", identifier),
            .. clone.Count > 0 ? [new EventTag(["clone", .. clone])] : Array.Empty<EventTag>(),
            .. relays.Count > 0 ? [new EventTag(["relays", .. relays])] : Array.Empty<EventTag>(),
            .. maintainers.Length > 0 ? [new EventTag(["maintainers", .. maintainers.Select(person => person.Key.Hex)])] : Array.Empty<EventTag>(),
        ]);

    /// <summary>A state that declares the given refs.</summary>
    public NostrEvent State(string identifier, IReadOnlyDictionary<string, string> refs, string? head = "refs/heads/main", long? createdAt = null) => Sign(
        EventKinds.RepositoryState,
        [
            new("d", identifier),
            .. refs.Select(entry => new EventTag(entry.Key, entry.Value)),
            .. head is null ? Array.Empty<EventTag>() : [new EventTag("HEAD", $"ref: {head}")],
        ],
        createdAt: createdAt);
}
