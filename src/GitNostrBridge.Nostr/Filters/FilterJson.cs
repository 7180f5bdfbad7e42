using System.Buffers;
using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>What came of reading a filter.</summary>
public abstract record FilterParse
{
    private FilterParse()
    {
    }

    /// <summary>A filter.</summary>
    public sealed record Parsed(Filter Filter) : FilterParse;

    /// <summary>Not a filter, and why, for the sender to read.</summary>
    public sealed record Malformed(string Reason) : FilterParse;
}

/// <summary>Filters as JSON objects (NIP-01).</summary>
public static class FilterJson
{
    /// <summary>
    /// Reads the filter at which the reader stands; after a <see cref="FilterParse.Parsed"/> it stands on the closing brace. Unknown conditions are
    /// passed over. Refused are wrong types, ids and authors that are not 64 lower-case hex digits, a condition that stands twice, and more than
    /// <paramref name="mostValues"/> values in all lists together.
    /// </summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode.</exception>
    public static FilterParse Parse(ref Utf8JsonReader json, int mostValues) => new FilterReader(mostValues).Read(ref json);

    /// <summary>Writes the filter as one JSON object.</summary>
    public static void Write(IBufferWriter<byte> buffer, Filter filter)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        WriteTexts(json, "ids", filter.Ids?.Select(id => id.Hex));
        WriteTexts(json, "authors", filter.Authors?.Select(author => author.Hex));
        if (filter.Kinds is not null)
        {
            json.WriteStartArray("kinds");
            foreach (var kind in filter.Kinds)
            {
                json.WriteNumberValue(kind);
            }

            json.WriteEndArray();
        }

        foreach (var (name, values) in filter.Tags)
        {
            WriteTexts(json, $"#{name}", values);
        }

        if (filter.Search is not null)
        {
            json.WriteString("search", filter.Search.Text);
        }

        WriteNumber(json, "since", filter.Since);
        WriteNumber(json, "until", filter.Until);
        WriteNumber(json, "limit", filter.Limit);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is not null)
        {
            json.WriteNumber(name, number.Value);
        }
    }
}
