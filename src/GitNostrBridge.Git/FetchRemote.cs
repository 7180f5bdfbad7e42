using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Git;

/// <summary>A repository elsewhere, checked by the caller: git is given its addresses and looks up no name.</summary>
/// <param name="Url">`https`, or `http`; no redirect is followed.</param>
/// <param name="Addresses">What the host stands for; at least one.</param>
public sealed record FetchRemote(Uri Url, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>
    /// The settings of a git that speaks with strangers: one protocol, these addresses, nobody's credentials, every object checked, and a line
    /// that brings less than 1000 bytes a second for 30 s is given up.
    /// </summary>
    internal IReadOnlyList<string> Configuration =>
    [
        "protocol.allow=never",
        Url.Scheme == Uri.UriSchemeHttp ? "protocol.http.allow=always" : "protocol.https.allow=always",
        "http.followRedirects=false",
        .. Url.HostNameType == UriHostNameType.Dns ? [$"http.curloptResolve={Url.IdnHost}:{Url.Port}:{string.Join(',', Addresses.Select(InBrackets))}"] : Array.Empty<string>(),
        "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=30",
        "credential.helper=",
        "core.askPass=",
        "transfer.bundleURI=false",
        "fetch.recurseSubmodules=false",
        "fetch.fsckObjects=true",

        // As for pushes: faults that old, honest histories have.
        "fetch.fsck.badTimezone=ignore",
        "fetch.fsck.missingSpaceBeforeDate=ignore",
        "fetch.fsck.zeroPaddedFilemode=ignore",

        // Always a pack: what it takes on disk is then what came over the line.
        "fetch.unpackLimit=1",
        "transfer.unpackLimit=1",
    ];

    private static string InBrackets(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
