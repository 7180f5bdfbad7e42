using System.Text.Json;

namespace GitNostrBridge.Nostr;

/// <summary>What a client hears from a relay (NIP-01).</summary>
public abstract record RelayReply
{
    private RelayReply()
    {
    }

    /// <summary>`EVENT`: an event for a subscription. Neither genuine nor matching until checked.</summary>
    public sealed record Event(string SubscriptionId, NostrEvent Received) : RelayReply;

    /// <summary>`OK`: what became of a published event.</summary>
    public sealed record Ok(EventId Id, bool Accepted, string Text) : RelayReply;

    /// <summary>`EOSE`: all stored events have been sent.</summary>
    public sealed record Eose(string SubscriptionId) : RelayReply;

    /// <summary>`CLOSED`: the relay has ended a subscription.</summary>
    public sealed record Closed(string SubscriptionId, string Text) : RelayReply;

    /// <summary>`NOTICE`: a text for people.</summary>
    public sealed record Notice(string Text) : RelayReply;

    /// <summary>Anything else, also what cannot be read; to be passed over.</summary>
    public sealed record Other : RelayReply;

    /// <summary>Reads one text message. Whatever the bytes are, the answer is a reply; nothing is thrown.</summary>
    public static RelayReply Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var json = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = 16 });
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray || NextText(ref json) is not { } type || NextText(ref json) is not { } subject)
            {
                return new Other();
            }

            return type switch
            {
                "EVENT" when json.Read() && EventJson.Parse(ref json) is EventParse.Parsed parsed => new Event(subject, parsed.Event),
                "OK" when EventId.TryParse(subject, out var id) && NextFlag(ref json) is { } accepted => new Ok(id, accepted, NextText(ref json) ?? ""),
                "EOSE" => new Eose(subject),
                "CLOSED" => new Closed(subject, NextText(ref json) ?? ""),
                "NOTICE" => new Notice(subject),
                _ => new Other(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new Other();
        }
    }

    private static string? NextText(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;

    private static bool? NextFlag(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.TokenType == JsonTokenType.True : null;
}
