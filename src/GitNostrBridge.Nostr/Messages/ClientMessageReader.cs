using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>Reads one client message.</summary>
internal ref struct ClientMessageReader(ReadOnlySpan<byte> message, MessageLimits limits)
{
    private Utf8JsonReader _json = new(message, new JsonReaderOptions { MaxDepth = 16 });

    /// <summary>A second reader at the start of the message's event, for finding the id of one that cannot be read.</summary>
    private Utf8JsonReader _event;
    private string? _subscriptionId;

    public ClientMessage Read()
    {
        try
        {
            var parsed = ReadMessage();
            if (parsed is ClientMessage.Malformed)
            {
                return parsed;
            }

            return !_json.Read() || _json.TokenType != JsonTokenType.EndArray ? Malformed("the message has too many parts")
                : _json.Read() ? Malformed("text follows the message")
                : parsed;
        }
        catch (JsonException)
        {
            return Malformed("the message is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            return Malformed("a text of the message is not valid Unicode");
        }
    }

    private ClientMessage ReadMessage()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray || !_json.Read() || _json.TokenType != JsonTokenType.String)
        {
            return Malformed("a message is a JSON array that begins with its type");
        }

        var type = _json.GetString();
        _json.Read();
        return type switch
        {
            "EVENT" or "AUTH" => ReadEvent(type),
            "REQ" or "COUNT" => ReadFilters(type),
            "CLOSE" => TryReadSubscriptionId() ? new ClientMessage.Close(_subscriptionId!) : WrongSubscriptionId(),
            _ => Malformed("unknown type of message"),
        };
    }

    private ClientMessage ReadEvent(string type)
    {
        _event = _json;
        return EventJson.Parse(ref _json) switch
        {
            EventParse.Parsed parsed => type == "EVENT" ? new ClientMessage.Event(parsed.Event) : new ClientMessage.Auth(parsed.Event),
            EventParse.Malformed malformed => Malformed(malformed.Reason),
            var other => throw new NotSupportedException(other.ToString()),
        };
    }

    private ClientMessage ReadFilters(string type)
    {
        if (!TryReadSubscriptionId())
        {
            return WrongSubscriptionId();
        }

        // One reader that stays before the closing bracket, because the caller reads that one.
        var filters = new List<Filter>();
        for (var ahead = _json; ahead.Read() && ahead.TokenType != JsonTokenType.EndArray; ahead = _json)
        {
            if (filters.Count == limits.Filters)
            {
                return Malformed($"a message may hold {limits.Filters} filters at the most");
            }

            _json.Read();
            switch (FilterJson.Parse(ref _json, limits.ValuesPerFilter))
            {
                case FilterParse.Parsed parsed:
                    filters.Add(parsed.Filter);
                    break;
                case FilterParse.Malformed malformed:
                    return Malformed(malformed.Reason);
            }
        }

        return filters.Count == 0 ? Malformed("there is no filter")
            : type == "REQ" ? new ClientMessage.Req(_subscriptionId!, filters)
            : new ClientMessage.Count(_subscriptionId!, filters);
    }

    private bool TryReadSubscriptionId()
    {
        var text = _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
        _subscriptionId = text is { Length: > 0 and <= ClientMessage.LongestSubscriptionId } ? text : null;
        return _subscriptionId is not null;
    }

    private readonly ClientMessage.Malformed WrongSubscriptionId() =>
        Malformed($"a subscription id is a text of 1 to {ClientMessage.LongestSubscriptionId} characters");

    private readonly ClientMessage.Malformed Malformed(string reason) => new(reason, FindEventId(_event), _subscriptionId);

    /// <summary>The event's id, wherever it stands in an object that could not be read otherwise; null when it cannot be found.</summary>
    private static EventId? FindEventId(Utf8JsonReader json)
    {
        try
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isId = json.ValueTextEquals("id"u8);
                json.Read();
                if (isId)
                {
                    return json.TokenType == JsonTokenType.String && EventId.TryParse(json.GetString(), out var id) ? id : null;
                }

                json.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Without a readable id the answer is a NOTICE.
        }

        return null;
    }
}
