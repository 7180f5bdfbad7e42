using System.Buffers;
using System.Globalization;
using System.Text.Json;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Writes what waits as JSON. No event's content or tags are in it.</summary>
internal static class PurgatoryJson
{
    private const int MostObjects = 20;

    /// <summary>One object; instants are ISO 8601 in UTC.</summary>
    public static void Write(IBufferWriter<byte> output, WaitingPart part)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("waiting", part.Total);
        json.WriteStartArray("events");
        foreach (var waiting in part.Events)
        {
            Write(json, waiting);
        }

        json.WriteEndArray();
        json.WriteStartObject("fetches");
        foreach (var (identifier, fetch) in part.Fetches)
        {
            json.WritePropertyName(identifier);
            Write(json, fetch);
        }

        json.WriteEndObject();
        json.WriteNumber("placeholders_waiting", part.PlaceholderTotal);
        json.WriteStartArray("placeholders");
        foreach (var placeholder in part.Placeholders)
        {
            Write(json, placeholder);
        }

        json.WriteEndArray();
        WriteText(json, "next", part.Next is null ? null : PurgatoryQuery.Spell(part.Next));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WaitingEvent waiting)
    {
        var held = waiting.Held;
        json.WriteStartObject();
        json.WriteString("id", held.Event.Id.Hex);
        json.WriteNumber("kind", held.Event.Kind);
        json.WriteString("what", PurgatoryMetrics.KindName(held.Event.Kind));
        json.WriteString("author", held.Event.Author.ToNpub());
        json.WriteString("identifier", held.Topic);
        WriteInstant(json, "since", held.HeldSince);
        WriteInstant(json, "deadline", held.Deadline);
        json.WriteNumber("missing_objects", waiting.Lacks.Count);
        json.WriteStartArray("missing");
        foreach (var oid in waiting.Lacks.Take(MostObjects))
        {
            json.WriteStringValue(oid.Hex);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WaitingFetch fetch)
    {
        json.WriteStartObject();
        WriteText(json, "next_try", fetch.Next is null ? null : Instant(fetch.Next.Due));
        json.WriteBoolean("in_progress", fetch.Next?.InProgress ?? false);
        json.WriteNumber("rounds", fetch.Next?.Rounds ?? 0);
        json.WriteStartArray("tried");
        foreach (var attempt in fetch.Tried)
        {
            json.WriteStartObject();
            json.WriteString("url", attempt.Url);
            WriteInstant(json, "at", attempt.At);
            json.WriteNumber("times", attempt.Times);
            json.WriteNumber("objects", attempt.Objects);
            json.WriteString("answer", attempt.Answer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WaitingPlaceholder waiting)
    {
        json.WriteStartObject();
        json.WriteString("owner", waiting.Owner);
        json.WriteString("identifier", waiting.Identifier);
        json.WriteString("event", waiting.Placeholder.Id.Hex);
        json.WriteString("commit", waiting.Placeholder.Commit.Hex);
        WriteInstant(json, "since", waiting.Placeholder.Since);
        WriteInstant(json, "deadline", waiting.Deadline);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset instant) => json.WriteString(name, Instant(instant));

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
