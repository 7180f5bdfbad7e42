using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

public sealed class WholeRequestsTests
{
    private const int Large = 3 << 19;

    [Fact]
    public async Task Large_requests_are_bounded_in_all_and_small_ones_never_wait()
    {
        var time = new FakeTimeProvider();
        var requests = new WholeRequests(new CurrentLimits(new LimitOptions(LargeRequestBytes: 2 * Large)), time);
        var first = await requests.ReadAsync(Client(), new MemoryStream(new byte[Large]));
        Assert.Equal((0, Large), (first!.Body.Position, first.Body.Length));
        var second = requests.ReadAsync(Client(), new MemoryStream(new byte[Large]));

        await using var small = await requests.ReadAsync(Client(), new MemoryStream(new byte[1 << 20]));
        Assert.Equal(1 << 20, small!.Body.Length);
        while (!second.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Null(await second);
        await first.DisposeAsync();
        await using var third = await requests.ReadAsync(Client(), new MemoryStream(new byte[Large]));
        Assert.NotNull(third);
    }

    [Fact]
    public async Task Who_finds_no_room_is_told_to_try_again()
    {
        await using var scenario = await Scenario.StartAsync(("Limits:LargeRequestBytes", "4194304"), ("Limits:QueueMilliseconds", "200"));
        await scenario.ServeAsync();
        var path = new Uri(scenario.Url).AbsolutePath + "/git-upload-pack";
        var body = Encoding.ASCII.GetBytes("0011command=fetch0000" + new string('0', Large));
        await using (await scenario.Server.Services.GetRequiredService<WholeRequests>().ReadAsync(Client(), new MemoryStream(new byte[Large])))
        {
            var busy = await RawRequest.SendAsync(scenario.Server, "POST", path, body, "Content-Type: application/x-git-upload-pack-request");
            Assert.Equal(200, busy.Status);
            Assert.Contains("002cERR the server is busy; try again in 1 s", busy.Body, StringComparison.Ordinal);
        }

        var later = await RawRequest.SendAsync(scenario.Server, "POST", path, body, "Content-Type: application/x-git-upload-pack-request");
        Assert.DoesNotContain("busy", later.Body, StringComparison.Ordinal);
        await scenario.Work.OkAsync("ls-remote", scenario.Url);
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_closed_at_once()
    {
        await using var server = TestKit.RunningServer.Start(("Limits:HttpConnections", "2"));
        using var first = await VisitAsync(server);
        using var second = await VisitAsync(server);
        Assert.NotNull(first);
        Assert.NotNull(second);

        Assert.Null(await VisitAsync(server));
    }

    private static DefaultHttpContext Client() => new() { Connection = { RemoteIpAddress = IPAddress.Loopback } };

    // A connection that has been answered and stays open; null when it was closed.
    private static async Task<System.Net.Sockets.TcpClient?> VisitAsync(TestKit.RunningServer server)
    {
        var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {server.Address.Authority}\r\n\r\n"));
            if (await client.GetStream().ReadAsync(new byte[4_096]) > 0)
            {
                return client;
            }
        }
        catch (IOException)
        {
            // Reset, as its request was on the way.
        }

        client.Dispose();
        return null;
    }
}
