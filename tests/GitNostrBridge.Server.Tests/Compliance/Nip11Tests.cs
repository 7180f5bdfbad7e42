using System.Text.Json;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-11: what the relay says of itself.</summary>
public sealed class Nip11Tests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Every_limit_is_told_as_it_is_set()
    {
        await using var server = RunningServer.Start(
            ("Limits:MessageBytes", "70001"), ("Limits:EventBytes", "70002"), ("Limits:TagsPerEvent", "70003"), ("Limits:TagValueLength", "70004"),
            ("Limits:EventsPerMinute", "70005"), ("Limits:ConnectionsPerAddress", "70006"), ("Limits:SubscriptionsPerConnection", "70007"),
            ("Limits:FiltersPerRequest", "70008"), ("Limits:ValuesPerFilter", "70009"), ("Limits:QuerySeconds", "70010"), ("Limits:EventsPerFilter", "70011"),
            ("Limits:FutureSeconds", "70012"));

        var limitation = (await InformationAsync(server)).GetProperty("limitation");

        string[] names =
        [
            "max_message_length", "max_event_bytes", "max_event_tags", "max_tag_value_length", "max_events_per_minute", "max_connections_per_address",
            "max_subscriptions", "max_filters", "max_filter_values", "max_query_seconds", "max_limit", "created_at_upper_limit",
        ];
        Assert.Equal(Enumerable.Range(70_001, 12), names.Select(name => limitation.GetProperty(name).GetInt32()));
        Assert.Equal(70_011, limitation.GetProperty("default_limit").GetInt32());
        Assert.Equal(64, limitation.GetProperty("max_subid_length").GetInt32());
        Assert.False(limitation.GetProperty("auth_required").GetBoolean());
        Assert.False(limitation.GetProperty("payment_required").GetBoolean());
        Assert.True(limitation.GetProperty("restricted_writes").GetBoolean());
    }

    [Fact]
    public async Task It_says_who_the_relay_is_and_what_it_speaks()
    {
        await using var server = RunningServer.Start(("Grasp:Name", "A name"), ("Grasp:Contact", "mailto:a@example.invalid"));

        var information = await InformationAsync(server);

        Assert.Equal("A name", information.GetProperty("name").GetString());
        Assert.Equal("mailto:a@example.invalid", information.GetProperty("contact").GetString());
        Assert.Equal(server.Services.GetRequiredService<RelayKey>().PublicKey.Hex, information.GetProperty("pubkey").GetString());
        Assert.Contains("GRASP-01", information.GetProperty("supported_grasps").EnumerateArray().Select(grasp => grasp.GetString()));
        Assert.NotEmpty(information.GetProperty("repo_acceptance_criteria").GetString()!);
        Assert.Superset(new HashSet<int> { 1, 5, 9, 11, 34, 40, 42, 45, 50, 62, 70 }, information.GetProperty("supported_nips").EnumerateArray().Select(nip => nip.GetInt32()).ToHashSet());
    }

    [Fact]
    public async Task R3_it_says_whether_the_operator_chooses_and_speaks_of_curation_only_then()
    {
        await using var open = RunningServer.Start();
        await using var refusing = RunningServer.Start(("Policy:EventBlacklist", "spam"));
        await using var chosen = RunningServer.Start(("Policy:RepositoryWhitelist", "project"));

        var (all, some, few) = (await InformationAsync(open), await InformationAsync(refusing), await InformationAsync(chosen));

        Assert.DoesNotContain("operator", Criteria(all), StringComparison.Ordinal);
        Assert.Contains("The operator refuses some", Criteria(some), StringComparison.Ordinal);
        Assert.Contains("The operator has chosen", Criteria(few), StringComparison.Ordinal);
        Assert.False(all.TryGetProperty("curation", out _) || some.TryGetProperty("curation", out _));
        Assert.NotEmpty(few.GetProperty("curation").GetString()!);

        static string Criteria(JsonElement information) => information.GetProperty("repo_acceptance_criteria").GetString()!;
    }

    internal static async Task<JsonElement> InformationAsync(RunningServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address) { Headers = { { "Accept", "application/nostr+json" } } };
        using var response = await Http.SendAsync(request);
        Assert.Equal("application/nostr+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }
}
