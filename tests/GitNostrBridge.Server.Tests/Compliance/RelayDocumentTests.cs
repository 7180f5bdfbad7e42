using System.Net;
using System.Text.Json;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-11 and NIP-05: the documents about the relay.</summary>
public sealed class RelayDocumentTests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task NIP_11_tells_every_limit_as_it_is_set()
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
    public async Task NIP_11_says_who_the_relay_is_and_what_it_speaks()
    {
        await using var server = RunningServer.Start(("Grasp:Name", "A name"), ("Grasp:Contact", "mailto:a@example.invalid"));

        var information = await InformationAsync(server);

        Assert.Equal("A name", information.GetProperty("name").GetString());
        Assert.Equal("mailto:a@example.invalid", information.GetProperty("contact").GetString());
        Assert.Equal(server.Services.GetRequiredService<RelayKey>().PublicKey.Hex, information.GetProperty("pubkey").GetString());
        Assert.Contains("GRASP-01", information.GetProperty("supported_grasps").EnumerateArray().Select(grasp => grasp.GetString()));
        Assert.NotEmpty(information.GetProperty("repo_acceptance_criteria").GetString()!);
        Assert.Superset(new HashSet<int> { 1, 5, 11, 34, 42, 45 }, information.GetProperty("supported_nips").EnumerateArray().Select(nip => nip.GetInt32()).ToHashSet());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("?name=_", true)]
    [InlineData("?name=somebody", false)]
    public async Task NIP_05_names_the_relay_and_nobody_else_for_any_web_page_to_read(string query, bool isKnown)
    {
        await using var server = RunningServer.Start();
        var key = server.Services.GetRequiredService<RelayKey>().PublicKey.Hex;

        using var response = await Http.GetAsync(new Uri(server.Address, "/.well-known/nostr.json" + query));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(
            isKnown ? $$$"""{"names":{"_":"{{{key}}}"},"relays":{"{{{key}}}":["{{{server.Here.RelayUrl}}}"]}}""" : """{"names":{},"relays":{}}""",
            text);
    }

    [Fact]
    public async Task Below_a_base_path_NIP_05_is_not_ours_to_answer()
    {
        await using var server = RunningServer.Start(("Grasp:BasePath", "/grasp"));
        var origin = new Uri(server.Address, "/");

        using var response = await Http.GetAsync(new Uri(origin, "/.well-known/nostr.json"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(5, (await InformationAsync(server)).GetProperty("supported_nips").EnumerateArray().Select(nip => nip.GetInt32()));
    }

    private static async Task<JsonElement> InformationAsync(RunningServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address) { Headers = { { "Accept", "application/nostr+json" } } };
        using var response = await Http.SendAsync(request);
        Assert.Equal("application/nostr+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }
}
