using System.Text.Json;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The relay information document (NIP-11, R3).</summary>
public sealed class RelayInformation(GraspOptions options, LimitOptions limits, RelayKey key)
{
    /// <summary>The software's home, as NIP-11 wants it.</summary>
    public const string Software = "GitNostrBridge";

    private static readonly int[] SupportedNips = [1, 11, 34];

    private readonly byte[] _json = Write(options, limits, key.PublicKey);

    /// <summary>Answers with the document.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "application/nostr+json";
        context.Response.ContentLength = _json.Length;
        return context.Response.Body.WriteAsync(_json, context.RequestAborted).AsTask();
    }

    private static byte[] Write(GraspOptions options, LimitOptions limits, PublicKey publicKey)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", options.Name);
            json.WriteString("description", options.Description);
            json.WriteString("pubkey", publicKey.Hex);
            if (options.Contact.Length > 0)
            {
                json.WriteString("contact", options.Contact);
            }

            json.WriteString("software", Software);
            json.WriteString("version", ServerVersion.Text);
            WriteArray(json, "supported_nips", SupportedNips, static (writer, nip) => writer.WriteNumberValue(nip));
            WriteArray(json, "supported_grasps", ["GRASP-01"], static (writer, grasp) => writer.WriteStringValue(grasp));
            json.WriteString(
                "repo_acceptance_criteria",
                "Repositories whose announcement (kind 30617) lists this service in both clone and relays. Free of charge; waits for git data before it is served.");
            json.WriteStartObject("limitation");
            json.WriteNumber("max_message_length", limits.MessageBytes);
            json.WriteNumber("max_subscriptions", limits.SubscriptionsPerConnection);
            json.WriteNumber("max_limit", limits.EventsPerFilter);
            json.WriteNumber("default_limit", limits.EventsPerFilter);
            json.WriteNumber("max_subid_length", 64);
            json.WriteBoolean("auth_required", false);
            json.WriteBoolean("payment_required", false);
            json.WriteBoolean("restricted_writes", true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            write(json, value);
        }

        json.WriteEndArray();
    }
}
