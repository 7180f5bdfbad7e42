using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GitNostrBridge.Server.Tests;

/// <summary>How a relay connection begins and ends.</summary>
public sealed class ConnectionTests
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade\r\n" + Key, "HTTP/1.1 101")]
    [InlineData("Connection: upgrade\r\n" + Key, "HTTP/1.1 101")]
    [InlineData("Connection: Upgrade\r\n", "HTTP/1.1 400")]
    [InlineData("Connection: Upgrade\r\nSec-WebSocket-Key: short\r\n", "HTTP/1.1 400")]
    public async Task An_upgrade_needs_its_key_and_its_connection_header_may_say_more(string headers, string status)
    {
        await using var server = RunningServer.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = client.GetStream();
        var request = $"GET / HTTP/1.1\r\nHost: {server.Address.Authority}\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));

        var answer = await new StreamReader(stream, Encoding.ASCII).ReadLineAsync();

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Empty(server.LoggedErrors);
    }

    [Fact]
    public async Task A_goodbye_is_answered_with_a_goodbye_after_what_is_owed()
    {
        await using var server = RunningServer.Start();
        await using var relay = await RawRelay.ConnectAsync(server);
        await relay.SendAsync("""["REQ","last",{"limit":0}]""");
        await relay.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal("EOSE", (await relay.NextAsync())[0].GetString());
        Assert.Null(await relay.NextTextAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, relay.Socket.CloseStatus);
    }

    [Fact]
    public async Task A_server_that_stops_says_goodbye_with_1001()
    {
        await using var server = RunningServer.Start();
        await using var relay = await RawRelay.ConnectAsync(server);
        await relay.AskAsync("""["REQ","idle",{"limit":0}]""");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Null(await relay.NextTextAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, relay.Socket.CloseStatus);
        await relay.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Empty(server.LoggedErrors);
    }

    [Theory]
    [InlineData("Limits:Connections")]
    [InlineData("Limits:ConnectionsPerAddress")]
    public async Task Connections_beyond_the_bound_are_refused_until_one_ends(string setting)
    {
        await using var server = RunningServer.Start((setting, "2"));
        await using var first = await RawRelay.ConnectAsync(server);
        var second = await RawRelay.ConnectAsync(server);
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => RawRelay.ConnectAsync(server));
        Assert.Contains("503", refused.Message, StringComparison.Ordinal);

        await second.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        // The place is free once the server's side of the connection has ended, a moment after the goodbye.
        while (await TryConnectAsync(server) is not { } third)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public void An_IPv6_network_of_64_bits_counts_as_one_address_and_a_mapped_one_as_IPv4()
    {
        var slots = new ConnectionSlots(new CurrentLimits(new LimitOptions(ConnectionsPerAddress: 1)));
        using var six = slots.TryEnter(IPAddress.Parse("2001:db8:1:2::1"));
        using var four = slots.TryEnter(IPAddress.Parse("192.0.2.1"));

        Assert.NotNull(six);
        Assert.Null(slots.TryEnter(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.Null(slots.TryEnter(IPAddress.Parse("::ffff:192.0.2.1")));
        using var otherNetwork = slots.TryEnter(IPAddress.Parse("2001:db8:1:3::1"));
        Assert.NotNull(otherNetwork);

        six.Dispose();
        six.Dispose();
        using var again = slots.TryEnter(IPAddress.Parse("2001:db8:1:2::7"));
        Assert.NotNull(again);
        Assert.Null(slots.TryEnter(IPAddress.Parse("2001:db8:1:2::8")));
    }

    private static async Task<RawRelay?> TryConnectAsync(RunningServer server)
    {
        try
        {
            return await RawRelay.ConnectAsync(server);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}
