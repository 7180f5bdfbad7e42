using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Nostr.Tests;

/// <summary>A relay on a loopback port that takes one connection and does what the test tells it to.</summary>
internal sealed class FakeRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public FakeRelay(Func<WebSocket, Task> behaviour)
    {
        _listener.Start();
        _running = RunAsync(behaviour);
    }

    public Uri Address => new($"ws://{_listener.LocalEndpoint}/");

    /// <summary>Answers every message with what the function makes of it, until the client leaves.</summary>
    public static FakeRelay Answering(Func<string, IEnumerable<byte[]>> answers) => new(async socket =>
    {
        while (await ReceiveAsync(socket) is { } message)
        {
            foreach (var answer in answers(message))
            {
                await SendAsync(socket, answer);
            }
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    });

    public static Task SendAsync(WebSocket socket, byte[] message) => socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);

    public static async Task<string?> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[65536];
        var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
        return part.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, part.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        try
        {
            await _running.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception exception) when (exception is WebSocketException or SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client has gone without a word, or never came.
        }
    }

    private async Task RunAsync(Func<WebSocket, Task> behaviour)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var key = "";
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase) ? line[19..] : key;
        }

#pragma warning disable CA5350 // RFC 6455 asks for SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        await behaviour(socket);
    }
}
