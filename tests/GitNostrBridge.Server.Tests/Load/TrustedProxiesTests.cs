using System.Net.WebSockets;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Limits count clients behind trusted proxies, and nobody is believed who is not trusted.</summary>
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.1", "203.0.113.2", true)]
    [InlineData("127.0.0.0/8, ::1", "203.0.113.1", "203.0.113.1", false)]
    [InlineData("127.0.0.1", "2001:db8:0:1::1", "2001:db8:0:1::2", false)]
    [InlineData("127.0.0.1", "2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    // What a client claims of himself stands before what the proxy has seen, and is not believed.
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1", false)]
    // A chain of trusted proxies is followed to its end.
    [InlineData("127.0.0.1, 10.0.0.0/8", "203.0.113.1, 10.0.0.1", "203.0.113.2, 10.0.0.1", true)]
    [InlineData("10.0.0.0/8", "203.0.113.1", "203.0.113.2", false)]
    [InlineData("", "203.0.113.1", "203.0.113.2", false)]
    public async Task Two_connections_count_as_one_address_or_as_two(string trusted, string first, string second, bool areTwo)
    {
        await using var server = RunningServer.Start(("Grasp:TrustedProxies", trusted), ("Limits:ConnectionsPerAddress", "1"));
        using var one = await ConnectAsync(server, first);
        if (areTwo)
        {
            using var other = await ConnectAsync(server, second);
            Assert.Equal(WebSocketState.Open, other.State);
        }
        else
        {
            Assert.Contains("503", (await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, second))).Message, StringComparison.Ordinal);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(RunningServer server, string forwardedFor)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Forwarded-For", forwardedFor);
        await socket.ConnectAsync(new Uri(server.Here.RelayUrl), CancellationToken.None);
        return socket;
    }
}
