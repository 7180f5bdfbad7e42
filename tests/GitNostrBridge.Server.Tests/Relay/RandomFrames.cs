using System.Net.WebSockets;
using System.Text;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server.Tests;

/// <summary>Frames that no client should send.</summary>
internal sealed class RandomFrames(Random random, NostrEvent sample)
{
    private readonly string _event = Encoding.UTF8.GetString(sample.Json.Span);

    private readonly string[] _shreds =
    [
        "[", "]", "{", "}", ",", ":", "\"EVENT\"", "\"REQ\"", "\"CLOSE\"", "\"COUNT\"", "\"AUTH\"", "\"id\"", "\"kinds\"", "\"#e\"", "\"limit\"", "\"s\"", "true", "null",
        "-0", "1e999", "9999999999999999999999999999", "\"\\ud800\"", "\"\\udc00\"", "\u2028", "\\", "\0", "//",
    ];

    /// <summary>The next one.</summary>
    public byte[] Next(out WebSocketMessageType type)
    {
        type = random.Next(20) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        return random.Next(8) switch
        {
            0 => Cut(),
            1 => Bytes(new string('[', random.Next(1, 5_000))),
            2 => Bytes("[\"REQ\",\"s\",{\"#t\":" + new string('[', random.Next(1, 5_000))),
            3 => Bytes($"[\"REQ\",\"s\",{{\"since\":{new string('9', random.Next(1, 500))}}}]"),
            4 => Changed(),
            5 => Bytes($"[\"EVENT\",{_event.Replace("\"tags\":[]", "\"tags\":[[],[\"\"],[\"e\"],[\"e\",\"x\"]]", StringComparison.Ordinal)}]"),
            6 when random.Next(10) == 0 => Noise(),
            _ => Bytes(string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => _shreds[random.Next(_shreds.Length)]))),
        };
    }

    private byte[] Cut()
    {
        var whole = Bytes($"[\"EVENT\",{_event}]");
        return whole[..random.Next(whole.Length)];
    }

    private byte[] Changed()
    {
        var whole = Bytes($"[\"EVENT\",{_event}]");
        whole[random.Next(whole.Length)] = (byte)random.Next(128);
        return whole;
    }

    // Hardly ever valid UTF-8, which ends the connection (RFC 6455).
    private byte[] Noise()
    {
        var bytes = new byte[random.Next(300)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
