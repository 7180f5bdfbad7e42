using System.Net.Sockets;
using System.Text;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>An answer as it came over the socket.</summary>
public sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Requests written byte by byte: HTTP clients repair the targets that a server must be shown as they are.</summary>
public static class RawRequest
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    /// <summary>Sends one request on a connection of its own and reads the answer to its end.</summary>
    public static Task<RawAnswer> SendAsync(RunningServer server, string method, string target, params string[] headers) =>
        SendAsync(server, method, target, [], headers);

    /// <summary>Sends one request with a body.</summary>
    public static async Task<RawAnswer> SendAsync(RunningServer server, string method, string target, byte[] body, params string[] headers)
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, timeOut.Token);
        await using var stream = client.GetStream();
        string[] lines = [$"{method} {target} HTTP/1.1", $"Host: {server.Address.Authority}", "Connection: close", $"Content-Length: {body.Length}", .. headers];
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), timeOut.Token);
        await stream.WriteAsync(body, timeOut.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Read(await reader.ReadToEndAsync(timeOut.Token));
    }

    private static RawAnswer Read(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = answer[..end].Split("\r\n");
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase),
            answer[(end + 4)..]);
    }
}
