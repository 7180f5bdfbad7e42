using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>A WebSocket to a relay on which a test may say anything, and sees each message as it comes.</summary>
public sealed class RawRelay : IAsyncDisposable
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    private byte[] _buffer = new byte[16 * 1024];

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
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * length);
            }

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

    public Task SendEventAsync(NostrEvent nostrEvent) => SendAsync($"[\"EVENT\",{Encoding.UTF8.GetString(nostrEvent.Json.Span)}]");

    /// <summary>Publishes an event and gives the next message, which is its OK when no subscription is open.</summary>
    public async Task<JsonElement> PublishAsync(NostrEvent nostrEvent)
    {
        await SendEventAsync(nostrEvent);
        return await NextAsync();
    }

    /// <summary>The ids of the stored events that match the filters (JSON objects, with commas between them), in the order of the answer.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string filters)
    {
        await SendAsync($"[\"REQ\",\"query\",{filters}]");
        var ids = new List<string>();
        while (await NextAsync() is var message && message[0].GetString() != "EOSE")
        {
            ids.Add(message[2].GetProperty("id").GetString()!);
        }

        await SendAsync("""["CLOSE","query"]""");
        return ids;
    }

    public ValueTask DisposeAsync()
    {
        Socket.Abort();
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
