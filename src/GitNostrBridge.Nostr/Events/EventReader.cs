using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>Reads the fields of one event from JSON.</summary>
internal ref struct EventReader
{
    private EventId? _id;
    private PublicKey? _author;
    private long? _createdAt;
    private int? _kind;
    private List<EventTag>? _tags;
    private string? _content;
    private string? _signature;

    public static EventParse Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return new EventParse.Malformed("an event is a JSON object");
        }

        var reader = default(EventReader);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = json.GetString()!;
            json.Read();
            if (reader.ReadField(field, ref json) is { } problem)
            {
                return new EventParse.Malformed(problem);
            }
        }

        return reader.Finish();
    }

    private string? ReadField(string field, ref Utf8JsonReader json)
    {
        switch (field)
        {
            case "id":
                return ReadOnce(_id, field) ?? (EventId.TryParse(Text(ref json), out var id) ? Set(ref _id, id) : "id must be 64 lower-case hex digits");
            case "pubkey":
                return ReadOnce(_author, field) ?? (PublicKey.TryParse(Text(ref json), out var author) ? Set(ref _author, author) : "pubkey must be 64 lower-case hex digits");
            case "created_at":
                return ReadOnce(_createdAt, field) ?? (Number(ref json) is { } time and >= 0 ? Set(ref _createdAt, time) : "created_at must be a whole number of seconds");
            case "kind":
                return ReadOnce(_kind, field) ?? (Number(ref json) is { } kind and >= 0 and <= 65535 ? Set(ref _kind, (int)kind) : "kind must be a whole number from 0 to 65535");
            case "tags":
                return _tags is not null ? Twice(field) : (_tags = ReadTags(ref json)) is not null ? null : "tags must be an array of arrays of strings";
            case "content":
                return _content is not null ? Twice(field) : (_content = Text(ref json)) is not null ? null : "content must be a string";
            case "sig":
                return _signature is not null ? Twice(field) : (_signature = Signature(Text(ref json))) is not null ? null : "sig must be 128 lower-case hex digits";
            default:
                json.Skip();
                return null;
        }
    }

    private readonly EventParse Finish()
    {
        var missing = _id is null ? "id" : _author is null ? "pubkey" : _createdAt is null ? "created_at" : _kind is null ? "kind"
            : _tags is null ? "tags" : _content is null ? "content" : _signature is null ? "sig" : null;
        return missing is not null
            ? new EventParse.Malformed($"the event has no {missing}")
            : new EventParse.Parsed(new NostrEvent(_id!.Value, _author!.Value, _createdAt!.Value, _kind!.Value, _tags!, _content!, _signature!));
    }

    private static List<EventTag>? ReadTags(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var tags = new List<EventTag>();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            var items = new List<string>();
            while (json.Read() && json.TokenType == JsonTokenType.String)
            {
                items.Add(json.GetString()!);
            }

            if (json.TokenType != JsonTokenType.EndArray)
            {
                return null;
            }

            tags.Add(new EventTag(items));
        }

        return json.TokenType == JsonTokenType.EndArray ? tags : null;
    }

    private static string? Text(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String ? json.GetString() : null;

    private static long? Number(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null;

    private static string? Signature(string? text) => Hex32.IsLowerHex(text, 128) ? text : null;

    private static string? ReadOnce<T>(T? value, string field)
        where T : struct => value is null ? null : Twice(field);

    private static string Twice(string field) => $"the event has two fields {field}";

    private static string? Set<T>(ref T? field, T value)
        where T : struct
    {
        field = value;
        return null;
    }
}
