using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>A place from which objects may be fetched, and which of its event's sources it is.</summary>
public readonly record struct RankedSource(int Rank, CloneSource Source);

/// <summary>Reads from events where a repository can be cloned, other than here.</summary>
public sealed class CloneSources(ServiceAddress here)
{
    private const int MostPerEvent = 20;

    private const int Most = 50;

    private readonly Uri _here = new($"{here.Scheme}://{here.Authority}");

    /// <summary>
    /// The `clone` values of the events, each once: http and https only, without our own; bounded per event and in all. The first of each event
    /// come first, then the second ones: anybody may announce the identifier, and a long list is not to drive out the others.
    /// </summary>
    public IReadOnlyList<CloneSource> Of(IEnumerable<NostrEvent> events) => [.. Add([], events).Select(ranked => ranked.Source)];

    /// <summary>The same for events that come in parts, of which none need be kept: the sources of those before, and what these add.</summary>
    public IReadOnlyList<RankedSource> Add(IReadOnlyList<RankedSource> known, IEnumerable<NostrEvent> events) =>
        [.. known.Concat(events.SelectMany(RankedOf)).OrderBy(ranked => ranked.Rank).DistinctBy(ranked => ranked.Source).Take(Most)];

    private IEnumerable<RankedSource> RankedOf(NostrEvent nostrEvent) => nostrEvent.TagsNamed("clone")
        .SelectMany(tag => tag.Values)
        .Select(Read)
        .OfType<CloneSource>()
        .Take(MostPerEvent)
        .Select((source, rank) => new RankedSource(rank, source));

    private CloneSource? Read(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.IdnHost.Length > 0
        && !IsHere(uri) ? new CloneSource(url, $"{uri.IdnHost}:{uri.Port}") : null;

    // TLS may end at a proxy before us, so the schemes' default ports are one.
    private bool IsHere(Uri uri) =>
        uri.IdnHost.Equals(_here.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (uri.Port == _here.Port || (uri.IsDefaultPort && _here.IsDefaultPort));
}
