using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>
/// Sends one request on a connection of its own and throws the answer away. It knows just enough of HTTP: where load and server share the machine,
/// what a client library takes for its comfort would count against the faster server.
/// </summary>
internal static class AnswerReader
{
    private const int BufferBytes = 512 * 1024;

    /// <summary>Milliseconds to the first byte behind the head, and all bytes behind it.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 200.</exception>
    public static async Task<(double FirstByte, long Bytes)> ReadAsync(GitRequest request)
    {
        var buffer = new byte[BufferBytes];
        var clock = Stopwatch.StartNew();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(request.Url.Host, request.Url.Port);
        await socket.SendAsync(Head(request));
        await socket.SendAsync(request.Body ?? []);
        var (head, filled) = (-1, 0);
        while (head < 0)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(filled));
            filled += count;
            head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (head < 0 && (count == 0 || filled == buffer.Length))
            {
                throw new InvalidOperationException($"{request.Url} gave no HTTP answer");
            }
        }

        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException($"{request.Url} answered {Encoding.ASCII.GetString(buffer, 0, head)}");
        }

        long bytes = filled - head - 4;
        var first = bytes > 0 ? clock.Elapsed.TotalMilliseconds : 0;
        while (await socket.ReceiveAsync(buffer) is > 0 and var count)
        {
            first = bytes == 0 ? clock.Elapsed.TotalMilliseconds : first;
            bytes += count;
        }

        return (first, bytes);
    }

    private static byte[] Head(GitRequest request)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{(request.Body is null ? "GET" : "POST")} {request.Url.PathAndQuery} HTTP/1.1\r\nHost: {request.Url.Authority}\r\nConnection: close\r\n");
        if (request.Version > 0)
        {
            head.Append(CultureInfo.InvariantCulture, $"Git-Protocol: {request.Protocol}\r\n");
        }

        if (request.Body is { } body)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {GitRequest.ContentType}\r\nContent-Length: {body.Length}\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }
}
