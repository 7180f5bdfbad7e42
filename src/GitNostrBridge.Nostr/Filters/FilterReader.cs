using System.Collections.Frozen;
using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>Reads one filter from JSON.</summary>
internal sealed class FilterReader(int mostValues)
{
    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<char, FrozenSet<string>> _tags = [];
    private Filter _filter = new();
    private int _values;
    private string? _problem;

    public FilterParse Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return new FilterParse.Malformed("a filter is a JSON object");
        }

        while (_problem is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            ReadCondition(name, ref json);
        }

        return _problem is not null
            ? new FilterParse.Malformed(_problem)
            : new FilterParse.Parsed(_filter with { Tags = _tags.ToFrozenDictionary() });
    }

    private void ReadCondition(string name, ref Utf8JsonReader json)
    {
        var isTag = name.Length == 2 && name[0] == '#' && char.IsAsciiLetter(name[1]);
        if (!isTag && name is not ("ids" or "authors" or "kinds" or "search" or "since" or "until" or "limit"))
        {
            json.Skip();
            return;
        }

        if (!_seen.Add(name))
        {
            _problem = $"the filter has two conditions {name}";
            return;
        }

        if (isTag)
        {
            _tags[name[1]] = ReadTexts(name, ref json).ToFrozenSet();
            return;
        }

        _filter = name switch
        {
            "ids" => _filter with { Ids = ReadHex<EventId>(name, EventId.TryParse, ref json) },
            "authors" => _filter with { Authors = ReadHex<PublicKey>(name, PublicKey.TryParse, ref json) },
            "kinds" => _filter with { Kinds = ReadKinds(ref json) },
            "search" => _filter with { Search = SearchPhrase.Parse(ReadText(name, ref json)) },
            "since" => _filter with { Since = ReadNumber(name, ref json) },
            "until" => _filter with { Until = ReadNumber(name, ref json) },
            // A limit beyond int is as good as none: what the server returns at the most is far below.
            _ => _filter with { Limit = (int)Math.Min(ReadNumber(name, ref json), int.MaxValue) },
        };
    }

    private FrozenSet<T> ReadHex<T>(string name, TryParse<T> tryParse, ref Utf8JsonReader json)
    {
        var values = new List<T>();
        foreach (var text in ReadTexts(name, ref json))
        {
            if (!tryParse(text, out var value))
            {
                _problem = $"{name} must be 64 lower-case hex digits each";
                break;
            }

            values.Add(value);
        }

        return values.ToFrozenSet();
    }

    private string ReadText(string name, ref Utf8JsonReader json)
    {
        Expect(JsonTokenType.String, $"{name} must be a string", ref json);
        return _problem is null ? json.GetString()! : "";
    }

    private List<string> ReadTexts(string name, ref Utf8JsonReader json)
    {
        var wrong = $"{name} must be an array of strings";
        var texts = new List<string>();
        Expect(JsonTokenType.StartArray, wrong, ref json);
        while (NextValue(JsonTokenType.String, wrong, ref json))
        {
            texts.Add(json.GetString()!);
        }

        return texts;
    }

    private FrozenSet<int> ReadKinds(ref Utf8JsonReader json)
    {
        const string Wrong = "kinds must be an array of whole numbers from 0 to 65535";
        var kinds = new List<int>();
        Expect(JsonTokenType.StartArray, Wrong, ref json);
        while (NextValue(JsonTokenType.Number, Wrong, ref json))
        {
            if (!json.TryGetInt32(out var kind) || kind is < 0 or > 65535)
            {
                _problem = Wrong;
            }

            kinds.Add(kind);
        }

        return kinds.ToFrozenSet();
    }

    /// <summary>Steps to the array's next value; false at its end and as soon as anything is wrong.</summary>
    private bool NextValue(JsonTokenType expected, string wrong, ref Utf8JsonReader json)
    {
        if (_problem is not null || !json.Read() || json.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        Expect(expected, wrong, ref json);
        if (++_values > mostValues)
        {
            _problem = $"a filter may hold {mostValues} values at the most";
        }

        return _problem is null;
    }

    private long ReadNumber(string name, ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= 0)
        {
            return number;
        }

        _problem = $"{name} must be a whole number, zero or more";
        return 0;
    }

    private void Expect(JsonTokenType expected, string wrong, ref Utf8JsonReader json)
    {
        if (json.TokenType != expected)
        {
            _problem = wrong;
        }
    }

    private delegate bool TryParse<T>(string text, out T value);
}
