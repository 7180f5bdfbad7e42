using System.Buffers;
using System.Globalization;
using System.Text;

namespace GitNostrBridge.Nostr;

/// <summary>What a relay says to a client, as one UTF-8 text message each (NIP-01, NIP-42, NIP-45).</summary>
public static class RelayMessage
{
    /// <summary>`EVENT`: an event for a subscription; <paramref name="json"/> is the event as it is stored, and is not looked at.</summary>
    public static byte[] Event(string subscriptionId, ReadOnlySpan<byte> json)
    {
        var buffer = Begin("EVENT", subscriptionId, json.Length);
        buffer.Write(","u8);
        buffer.Write(json);
        return End(buffer);
    }

    /// <summary>`OK`: what became of a published event. The text of a refusal begins with a <see cref="MessagePrefix"/>.</summary>
    public static byte[] Ok(EventId id, bool accepted, string text)
    {
        var buffer = Begin("OK", id.Hex);
        buffer.Write(accepted ? ",true,"u8 : ",false,"u8);
        EventJson.WriteText(buffer, text);
        return End(buffer);
    }

    /// <summary>`EOSE`: all stored events have been sent.</summary>
    public static byte[] Eose(string subscriptionId) => End(Begin("EOSE", subscriptionId));

    /// <summary>`CLOSED`: the relay has ended a subscription. The text begins with a <see cref="MessagePrefix"/>.</summary>
    public static byte[] Closed(string subscriptionId, string text)
    {
        var buffer = Begin("CLOSED", subscriptionId);
        buffer.Write(","u8);
        EventJson.WriteText(buffer, text);
        return End(buffer);
    }

    /// <summary>`NOTICE`: a text for people.</summary>
    public static byte[] Notice(string text) => End(Begin("NOTICE", text));

    /// <summary>`COUNT`: the answer to a COUNT.</summary>
    public static byte[] Count(string subscriptionId, long count)
    {
        var buffer = Begin("COUNT", subscriptionId);
        buffer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",{{\"count\":{count}}}")));
        return End(buffer);
    }

    /// <summary>`AUTH`: a challenge (NIP-42).</summary>
    public static byte[] Auth(string challenge) => End(Begin("AUTH", challenge));

    private static ArrayBufferWriter<byte> Begin(string type, string text, int more = 0)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + text.Length + more);
        buffer.Write("["u8);
        EventJson.WriteText(buffer, type);
        buffer.Write(","u8);
        EventJson.WriteText(buffer, text);
        return buffer;
    }

    private static byte[] End(ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("]"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
