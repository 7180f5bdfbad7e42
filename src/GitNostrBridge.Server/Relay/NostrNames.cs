using System.Text.Json;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>`/.well-known/nostr.json` (NIP-05): the one name here is `_`, the relay itself.</summary>
public sealed class NostrNames(RelayKey key, ServiceAddress here)
{
    /// <summary>Where NIP-05 looks.</summary>
    public const string Path = "/.well-known/nostr.json";

    private const string Self = "_";

    /// <summary>Answers with the names, or with the one that is asked for if it is there.</summary>
    public Task HandleAsync(HttpContext context)
    {
        string? asked = context.Request.Query["name"];
        var json = Write(isKnown: asked is null or Self);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private byte[] Write(bool isKnown)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("names");
            if (isKnown)
            {
                json.WriteString(Self, key.PublicKey.Hex);
            }

            json.WriteEndObject();
            json.WriteStartObject("relays");
            if (isKnown)
            {
                json.WriteStartArray(key.PublicKey.Hex);
                json.WriteStringValue(here.RelayUrl);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
