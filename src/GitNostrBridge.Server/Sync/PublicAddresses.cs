using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Server;

/// <summary>Tells addresses of the public internet from all others (the IANA special-purpose address registries).</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // Within 2000::/3: protocol assignments with Teredo, documentation, and 6to4, which carries any IPv4 address.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>
    /// Whether the address belongs to a host of the public internet. Outside of 2000::/3 no IPv6 address does: there are the unspecified one,
    /// loopback, IPv4-mapped, NAT64, discard-only, unique local, link-local, site-local and multicast ones.
    /// </summary>
    public static bool Contains(IPAddress address) =>
        // IPNetwork looks at the IPv4 part of a mapped address.
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast6.Contains(address))
        && !Array.Exists(NotPublic, network => network.Contains(address));
}
