using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace GitNostrBridge.TestKit;

/// <summary>A WebSocket to a relay on which a test may say anything, and sees each message as it comes.</summary>
public sealed class RawRelay : IAsyncDisposable
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[2 << 20];

    private RawRelay(ClientWebSocket socket, string challenge) => (Socket, Challenge) = (socket, challenge);

    public ClientWebSocket Socket { get; }

    /// <summary>The challenge with which the relay greets (NIP-42).</summary>
    public string Challenge { get; }

    public static async Task<RawRelay> ConnectAsync(RunningServer server)
    {
        var socket = new ClientWebSocket();
        using var timeOut = new CancellationTokenSource(TimeOut);
        await socket.ConnectAsync(new Uri(server.Here.RelayUrl), timeOut.Token);
        var relay = new RawRelay(socket, "");
        var greeting = await relay.NextAsync();
        return new RawRelay(socket, greeting[1].GetString()!);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Text, bool isEnd = true)
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        await Socket.SendAsync(message, type, isEnd, timeOut.Token);
    }

    /// <summary>The next message as it came, or null when the relay has said goodbye.</summary>
    public async Task<string?> NextTextAsync()
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        var length = 0;
        while (true)
        {
            var part = await Socket.ReceiveAsync(_buffer.AsMemory(length), timeOut.Token);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
    }

    /// <summary>The next message, which must be a JSON array.</summary>
    public async Task<JsonElement> NextAsync() =>
        JsonSerializer.Deserialize<JsonElement>(await NextTextAsync() ?? throw new InvalidOperationException($"the relay has closed: {Socket.CloseStatus}"));

    /// <summary>Sends a message and gives the next one that comes.</summary>
    public async Task<JsonElement> AskAsync(string text)
    {
        await SendAsync(text);
        return await NextAsync();
    }

    public ValueTask DisposeAsync()
    {
        Socket.Abort();
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
