using System.Globalization;

namespace GitNostrBridge.Grasp;

/// <summary>Where this service stands in public: what clone and relay URLs in events are compared with (R1, R5).</summary>
/// <param name="Scheme">`http` or `https`.</param>
/// <param name="Authority">Host and, unless it is the scheme's default, port.</param>
/// <param name="BasePath">The path below which the service lives; `/` or empty for the root.</param>
public sealed record ServiceAddress(string Scheme, string Authority, string BasePath)
{
    private const int PlainPort = 80;

    private const int SecurePort = 443;

    /// <summary>The path below which the service lives: empty for the root, else with a leading and no trailing slash.</summary>
    public string BasePath { get; } = BasePath.Trim('/') is { Length: > 0 } path ? "/" + path : "";

    /// <summary>Where the service begins, for people and clients: no trailing slash.</summary>
    public string Origin => $"{Scheme}://{Authority}{BasePath}";

    /// <summary>The relay's URL.</summary>
    public string RelayUrl => $"{(IsSecure(Scheme) ? "wss" : "ws")}://{Authority}{BasePath}";

    /// <summary>The URL under which a repository is cloned.</summary>
    public string CloneUrl(RepositoryAddress address) =>
        $"{Origin}/{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}.git";

    /// <summary>
    /// Whether the URL is this repository's here (R5): our authority under http or https, and exactly our path for it, its last part percent-decoded
    /// once; one trailing slash is tolerated.
    /// </summary>
    public bool IsClone(string cloneUrl, RepositoryAddress address)
    {
        if (!TryReadPath(cloneUrl, "http", "https", out var path))
        {
            return false;
        }

        var folder = $"{BasePath}/{address.Owner.ToNpub()}/";
        var end = path.EndsWith('/') ? path.Length - 1 : path.Length;
        return path.StartsWith(folder, StringComparison.Ordinal)
            && end > folder.Length
            && Uri.UnescapeDataString(path[folder.Length..end]) == address.Identifier + ".git";
    }

    /// <summary>Whether the URL is this relay's (R5): our authority under ws or wss, and our base path.</summary>
    public bool IsRelay(string relayUrl) =>
        TryReadPath(relayUrl, "ws", "wss", out var path) && (path == BasePath || path == BasePath + "/");

    // Read by hand because System.Uri repairs what must not match: it folds `..`, backslashes and blanks.
    private bool TryReadPath(string url, string plainScheme, string secureScheme, out string path)
    {
        path = "";
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0 || url.AsSpan().ContainsAny('?', '#'))
        {
            return false;
        }

        var scheme = url[..schemeEnd];
        var isSecure = scheme.Equals(secureScheme, StringComparison.OrdinalIgnoreCase);
        var rest = url[(schemeEnd + 3)..];
        var pathStart = rest.IndexOf('/') is var slash and >= 0 ? slash : rest.Length;
        path = rest[pathStart..];
        return (isSecure || scheme.Equals(plainScheme, StringComparison.OrdinalIgnoreCase)) && IsOurAuthority(rest[..pathStart], isSecure);
    }

    // The scheme itself is not compared: TLS may end at a proxy in front of us. So each side's default port counts as "no port".
    private bool IsOurAuthority(string authority, bool isSecure)
    {
        var (ourHost, ourPort) = SplitPort(Authority);
        var (host, port) = SplitPort(authority);
        return host.Equals(ourHost, StringComparison.OrdinalIgnoreCase)
            && (IsDefault(port, isSecure) && IsDefault(ourPort, IsSecure(Scheme)) || (port ?? DefaultPort(isSecure)) == ourPort);
    }

    // User information stays part of the host or makes the port unreadable, so such a URL never matches.
    private static (string Host, int? Port) SplitPort(string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']'))
        {
            return (authority, null);
        }

        var digits = authority[(colon + 1)..];
        var port = digits.Length == 0 ? (int?)null
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : -1;
        return (authority[..colon], port);
    }

    private static bool IsSecure(string scheme) => scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static int DefaultPort(bool isSecure) => isSecure ? SecurePort : PlainPort;

    private static bool IsDefault(int? port, bool isSecure) => port is null || port == DefaultPort(isSecure);
}
