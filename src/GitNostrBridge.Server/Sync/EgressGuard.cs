using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Server;

/// <summary>What outbound connections may be made beyond those that are encrypted and go to public addresses.</summary>
/// <param name="AllowHttp">Unencrypted ones too: `http`, `ws`.</param>
/// <param name="AllowPrivateAddresses">To any address: for private networks and tests.</param>
public sealed record EgressRules(bool AllowHttp, bool AllowPrivateAddresses);

/// <summary>
/// The one guard of every outbound connection, to git servers and relays alike. URLs come from strangers' events: without it they could make
/// this server speak to its own network.
/// </summary>
/// <param name="rules">What is allowed.</param>
/// <param name="resolve">Name to addresses; called once for each check.</param>
public sealed class EgressGuard(EgressRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const int MaxUrlLength = 2048;

    private const int MaxAddresses = 16;

    private static readonly TimeSpan ResolveTimeOut = TimeSpan.FromSeconds(10);

    private static readonly SearchValues<char> HostLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Checks the URL of a git repository: `https`, or `http` if allowed, without query.</summary>
    public Task<EgressDecision> CheckGitAsync(string url, CancellationToken cancellationToken) =>
        url.Contains('?', StringComparison.Ordinal)
            ? Task.FromResult<EgressDecision>(new EgressDecision.Refused("the URL has a query"))
            : CheckAsync(url, Uri.UriSchemeHttps, Uri.UriSchemeHttp, cancellationToken);

    /// <summary>Checks the URL of a relay: `wss`, or `ws` if allowed.</summary>
    public Task<EgressDecision> CheckRelayAsync(string url, CancellationToken cancellationToken) =>
        CheckAsync(url, Uri.UriSchemeWss, Uri.UriSchemeWs, cancellationToken);

    /// <summary>A handler for HTTP requests and WebSockets that connects to the addresses checked and nowhere else; it follows no redirect and knows no proxy.</summary>
    public static SocketsHttpHandler HandlerFor(EgressDecision.Allowed allowed) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync([.. allowed.Addresses], allowed.Url.Port, cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private async Task<EgressDecision> CheckAsync(string url, string secure, string plain, CancellationToken cancellationToken)
    {
        if (FaultOf(url) is { } fault)
        {
            return new EgressDecision.Refused(fault);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != secure && uri.Scheme != plain))
        {
            return new EgressDecision.Refused($"the URL is no {secure} URL");
        }

        if (uri.Scheme == plain && !rules.AllowHttp)
        {
            return new EgressDecision.Refused($"{plain} is not allowed, only {secure}");
        }

        return uri.HostNameType switch
        {
            // Numbers in other forms (0x7f.1, 2130706433) have become four decimal ones here, and only these are passed on.
            UriHostNameType.IPv4 or UriHostNameType.IPv6 => Judge(uri, [IPAddress.Parse(uri.DnsSafeHost)]),
            UriHostNameType.Dns when IsName(uri.IdnHost) => await ResolveAsync(new UriBuilder(uri) { Host = uri.IdnHost }.Uri, cancellationToken).ConfigureAwait(false),
            _ => new EgressDecision.Refused("the host is no name and no address"),
        };
    }

    // Read by hand, because System.Uri repairs much of this or passes it over.
    private static string? FaultOf(string url)
    {
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        var authority = schemeEnd < 0 ? "" : url[(schemeEnd + 3)..].Split('/', 2)[0];
        return url.Length > MaxUrlLength ? "the URL is too long"
            : url.StartsWith('-') ? "the URL begins with a hyphen"
            : url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\') ? "the URL holds a blank, a backslash or a control character"
            : schemeEnd <= 0 || authority.Length == 0 ? "the URL names no host"
            : authority.Contains('@', StringComparison.Ordinal) ? "the URL holds credentials"
            : authority.Contains('%', StringComparison.Ordinal) ? "the URL's host is escaped"
            : url.Contains('#', StringComparison.Ordinal) ? "the URL has a fragment"
            : null;
    }

    private static bool IsName(string host) => !host.StartsWith('-') && !host.EndsWith('.') && !host.AsSpan().ContainsAnyExcept(HostLetters);

    private async Task<EgressDecision> ResolveAsync(Uri url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ResolveTimeOut);
        try
        {
            return Judge(url, await resolve(url.IdnHost, patience.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new EgressDecision.Refused($"{url.IdnHost} could not be resolved");
        }
    }

    // Every address must be public: one that is not shows that the name is meant to reach inside.
    private EgressDecision Judge(Uri url, IPAddress[] addresses) =>
        addresses.Length is 0 or > MaxAddresses ? new EgressDecision.Refused($"{url.IdnHost} has no address, or too many")
        : !rules.AllowPrivateAddresses && Array.Find(addresses, address => !PublicAddresses.Contains(address)) is { } inside
            ? new EgressDecision.Refused($"{url.IdnHost} has the address {inside}, which is not public")
        : new EgressDecision.Allowed(url, addresses);
}
