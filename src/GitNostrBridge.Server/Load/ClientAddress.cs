using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Server;

/// <summary>Who shares what one client may have: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets.</summary>
public static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>The client of a request.</summary>
    public static IPAddress Of(HttpContext context) => Of(context.Connection.RemoteIpAddress ?? IPAddress.None);

    /// <summary>The part of an address that counts.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
