using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Reads from events where a repository can be cloned, other than here.</summary>
public sealed class CloneSources(ServiceAddress here)
{
    private const int MostPerEvent = 20;

    private const int Most = 100;

    private readonly Uri _here = new($"{here.Scheme}://{here.Authority}");

    /// <summary>The `clone` values of the events, each once: http and https only, without our own; bounded per event and in all.</summary>
    public IReadOnlyList<CloneSource> Of(IEnumerable<NostrEvent> events) =>
    [
        .. events
            .SelectMany(e => e.TagsNamed("clone").SelectMany(tag => tag.Values).Take(MostPerEvent))
            .Distinct(StringComparer.Ordinal)
            .Select(Read)
            .OfType<CloneSource>()
            .Take(Most),
    ];

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
