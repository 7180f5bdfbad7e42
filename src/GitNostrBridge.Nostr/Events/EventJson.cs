using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>What came of reading an event.</summary>
public abstract record EventParse
{
    private EventParse()
    {
    }

    /// <summary>A well formed event; its id and signature are not checked yet.</summary>
    public sealed record Parsed(NostrEvent Event) : EventParse;

    /// <summary>Not an event, and why, for the sender to read.</summary>
    public sealed record Malformed(string Reason) : EventParse;
}

/// <summary>Events as bytes: reading, the served spelling, and the id of the canonical form, byte exact (NIP-01).</summary>
/// <remarks>System.Text.Json escapes more than NIP-01 allows, so strings are written here.</remarks>
public static class EventJson
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 16 };

    /// <summary>Reads one JSON object. Unknown fields are passed over; a field that stands twice is refused.</summary>
    public static EventParse Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            reader.Read();
            var parsed = EventReader.Read(ref reader);
            return parsed is EventParse.Parsed && reader.Read() ? new EventParse.Malformed("text follows the event") : parsed;
        }
        catch (JsonException)
        {
            return new EventParse.Malformed("the event is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            return new EventParse.Malformed("a text of the event is not valid Unicode");
        }
    }

    /// <summary>Reads the event at which the reader stands; afterwards it stands on the closing brace.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode.</exception>
    public static EventParse Parse(ref Utf8JsonReader reader) => EventReader.Read(ref reader);

    /// <summary>The SHA-256 of `[0,pubkey,created_at,kind,tags,content]` in NIP-01's spelling.</summary>
    public static EventId ComputeId(PublicKey author, long createdAt, int kind, IReadOnlyList<EventTag> tags, string content)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + content.Length);
        buffer.Write("[0,\""u8);
        WriteAscii(buffer, author.Hex);
        buffer.Write("\","u8);
        WriteNumber(buffer, createdAt);
        buffer.Write(","u8);
        WriteNumber(buffer, kind);
        buffer.Write(","u8);
        WriteTags(buffer, tags);
        buffer.Write(","u8);
        WriteText(buffer, content);
        buffer.Write("]"u8);
        return EventId.FromBytes(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>The served spelling: one object, fields in the order of NIP-01, no blanks.</summary>
    internal static byte[] Write(NostrEvent nostrEvent)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + nostrEvent.Content.Length);
        buffer.Write("{\"id\":\""u8);
        WriteAscii(buffer, nostrEvent.Id.Hex);
        buffer.Write("\",\"pubkey\":\""u8);
        WriteAscii(buffer, nostrEvent.Author.Hex);
        buffer.Write("\",\"created_at\":"u8);
        WriteNumber(buffer, nostrEvent.CreatedAt);
        buffer.Write(",\"kind\":"u8);
        WriteNumber(buffer, nostrEvent.Kind);
        buffer.Write(",\"tags\":"u8);
        WriteTags(buffer, nostrEvent.Tags);
        buffer.Write(",\"content\":"u8);
        WriteText(buffer, nostrEvent.Content);
        buffer.Write(",\"sig\":\""u8);
        WriteAscii(buffer, nostrEvent.Signature);
        buffer.Write("\"}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a JSON string in NIP-01's spelling: seven short escapes, other control characters as \u00xx, all else verbatim.</summary>
    internal static void WriteText(IBufferWriter<byte> buffer, string text)
    {
        buffer.Write("\""u8);
        var rest = text.AsSpan();
        while (true)
        {
            var plain = rest.IndexOfAny(MustEscape);
            if (plain < 0)
            {
                Encoding.UTF8.GetBytes(rest, buffer);
                break;
            }

            Encoding.UTF8.GetBytes(rest[..plain], buffer);
            WriteEscape(buffer, rest[plain]);
            rest = rest[(plain + 1)..];
        }

        buffer.Write("\""u8);
    }

    private static readonly SearchValues<char> MustEscape =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private static void WriteEscape(IBufferWriter<byte> buffer, char character) => WriteAscii(buffer, character switch
    {
        '\n' => "\\n",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
    });

    private static void WriteTags(ArrayBufferWriter<byte> buffer, IReadOnlyList<EventTag> tags)
    {
        buffer.Write("["u8);
        for (var index = 0; index < tags.Count; index++)
        {
            buffer.Write(index == 0 ? "["u8 : ",["u8);
            var items = tags[index].Items;
            for (var item = 0; item < items.Count; item++)
            {
                if (item > 0)
                {
                    buffer.Write(","u8);
                }

                WriteText(buffer, items[item]);
            }

            buffer.Write("]"u8);
        }

        buffer.Write("]"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> buffer, long number) =>
        WriteAscii(buffer, number.ToString(CultureInfo.InvariantCulture));

    private static void WriteAscii(IBufferWriter<byte> buffer, string text) => Encoding.ASCII.GetBytes(text, buffer);
}
