using System.Buffers;

namespace GitNostrBridge.Nostr;

/// <summary>Writes what a client says, as one UTF-8 text message each (NIP-01).</summary>
internal static class ClientMessageWriter
{
    public static byte[] Event(NostrEvent nostrEvent) => [.. "[\"EVENT\","u8, .. nostrEvent.Json.Span, .. "]"u8];

    public static byte[] Req(string subscriptionId, IReadOnlyList<Filter> filters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("[\"REQ\","u8);
        EventJson.WriteText(buffer, subscriptionId);
        foreach (var filter in filters)
        {
            buffer.Write(","u8);
            FilterJson.Write(buffer, filter);
        }

        buffer.Write("]"u8);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Close(string subscriptionId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("[\"CLOSE\","u8);
        EventJson.WriteText(buffer, subscriptionId);
        buffer.Write("]"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
