using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>A client with little room for what comes, who asks again and again over one connection.</summary>
internal sealed class SlowReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Scenario _scenario;
    private readonly TcpClient _client = new() { ReceiveBufferSize = 8 * 1024 };

    private SlowReader(Scenario scenario) => _scenario = scenario;

    public static async Task<SlowReader> ConnectAsync(Scenario scenario)
    {
        var reader = new SlowReader(scenario);
        await reader._client.ConnectAsync(scenario.Server.Address.Host, scenario.Server.Address.Port);
        return reader;
    }

    /// <summary>Asks, and reads an answer in chunks.</summary>
    public async Task<(byte[] Answer, int Longest)> AskAsync(string request)
    {
        var stream = _client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var head = await ReadHeadAsync(stream);
        Assert.Contains("chunked", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", head, StringComparison.Ordinal);
        return await ReadChunksAsync(stream);
    }

    /// <summary>Sees that the connection is still good for a request, and that the server noticed nothing odd.</summary>
    public async Task CheckAsync()
    {
        var stream = _client.GetStream();
        await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200", await ReadHeadAsync(stream), StringComparison.Ordinal);
        Assert.Empty(_scenario.Server.LoggedErrors);
    }

    public static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            head.Append(await ReadLineAsync(stream));
        }

        return head.ToString();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        do
        {
            await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            line.Append((char)one[0]);
        }
        while (one[0] != '\n');
        return line.ToString();
    }

    private static async Task<(byte[] Answer, int Longest)> ReadChunksAsync(NetworkStream stream)
    {
        using var answer = new MemoryStream();
        for (var longest = 0; ;)
        {
            var chunk = new byte[int.Parse((await ReadLineAsync(stream)).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(chunk).AsTask().WaitAsync(Patience);
            Assert.Equal("\r\n", await ReadLineAsync(stream));
            answer.Write(chunk);
            longest = Math.Max(longest, chunk.Length);
            if (chunk.Length == 0)
            {
                return (answer.ToArray(), longest);
            }
        }
    }
}
