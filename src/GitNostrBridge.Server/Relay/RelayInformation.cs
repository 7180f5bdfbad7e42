using System.Text.Json;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The relay information document (NIP-11, R3).</summary>
public sealed class RelayInformation(GraspOptions options, CurrentLimits limits, CurrentPolicy policy, RelayKey key)
{
    /// <summary>The software's home, as NIP-11 wants it.</summary>
    public const string Software = "GitNostrBridge";

    // R3: of what is chosen by hand, and not only kept free of spam, clients are to be told.
    private const string Curation = "Only events of repositories that the operator has chosen, and what refers to them, are taken.";

    private const string AcceptanceCriteria =
        "Repositories whose announcement (kind 30617) lists this service in both clone and relays. Free of charge; waits for git data before it is served.";

    /// <summary>Which repositories are taken, in words (GRASP-01).</summary>
    /// <param name="policy">The operator's lists, whose entries stay his own.</param>
    public static string CriteriaOf(AdmissionPolicy policy) =>
        AcceptanceCriteria
        + (policy.RepositoryWhitelist.IsEmpty ? "" : " The operator has chosen which repositories these may be.")
        + (policy.RepositoryBlacklist.IsEmpty && policy.EventBlacklist.IsEmpty ? "" : " The operator refuses some repositories or authors.");

    private static readonly int[] SupportedNips = [1, 9, 11, 34, 40, 42, 45, 50, 62, 70];

    // Names belong to the authority, so below a base path they are not ours to answer (R1).
    private const int NostrNamesNip = 5;

    /// <summary>Answers with the document.</summary>
    public Task HandleAsync(HttpContext context)
    {
        // Limits and lists may change while the server runs.
        var json = Write(options, limits.Now, policy.Read(), key.PublicKey);
        context.Response.ContentType = "application/nostr+json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private static byte[] Write(GraspOptions options, LimitOptions limits, AdmissionPolicy policy, PublicKey publicKey)
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
            WriteArray(json, "supported_nips", options.BasePath == "/" ? [.. SupportedNips.Append(NostrNamesNip).Order()] : SupportedNips, static (writer, nip) => writer.WriteNumberValue(nip));
            WriteArray(json, "supported_grasps", ["GRASP-01"], static (writer, grasp) => writer.WriteStringValue(grasp));
            json.WriteString("repo_acceptance_criteria", CriteriaOf(policy));
            if (!policy.RepositoryWhitelist.IsEmpty)
            {
                json.WriteString("curation", Curation);
            }

            WriteLimitation(json, limits);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>NIP-11's own fields, and further ones for what else is enforced, which clients pass over.</summary>
    private static void WriteLimitation(Utf8JsonWriter json, LimitOptions limits)
    {
        json.WriteStartObject("limitation");
        json.WriteNumber("max_message_length", limits.MessageBytes);
        json.WriteNumber("max_event_bytes", limits.EventBytes);
        json.WriteNumber("max_event_tags", limits.TagsPerEvent);
        json.WriteNumber("max_tag_value_length", limits.TagValueLength);
        json.WriteNumber("max_events_per_minute", limits.EventsPerMinute);
        json.WriteNumber("max_connections_per_address", limits.ConnectionsPerAddress);
        json.WriteNumber("max_subscriptions", limits.SubscriptionsPerConnection);
        json.WriteNumber("max_filters", limits.FiltersPerRequest);
        json.WriteNumber("max_filter_values", limits.ValuesPerFilter);
        json.WriteNumber("max_query_seconds", limits.QuerySeconds);
        json.WriteNumber("max_limit", limits.EventsPerFilter);
        json.WriteNumber("default_limit", limits.EventsPerFilter);
        json.WriteNumber("max_subid_length", ClientMessage.LongestSubscriptionId);
        json.WriteNumber("created_at_upper_limit", limits.FutureSeconds);
        json.WriteBoolean("auth_required", false);
        json.WriteBoolean("payment_required", false);
        json.WriteBoolean("restricted_writes", true);
        json.WriteEndObject();
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
