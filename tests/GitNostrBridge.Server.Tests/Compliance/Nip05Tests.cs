using System.Net;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-05: the name of the relay's own key.</summary>
public sealed class Nip05Tests
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("", true)]
    [InlineData("?name=_", true)]
    [InlineData("?name=somebody", false)]
    public async Task It_names_the_relay_and_nobody_else_for_any_web_page_to_read(string query, bool isKnown)
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
    public async Task Below_a_base_path_it_is_not_ours_to_answer()
    {
        await using var server = RunningServer.Start(("Grasp:BasePath", "/grasp"));
        var origin = new Uri(server.Address, "/");

        using var response = await Http.GetAsync(new Uri(origin, "/.well-known/nostr.json"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(5, (await Nip11Tests.InformationAsync(server)).GetProperty("supported_nips").EnumerateArray().Select(nip => nip.GetInt32()));
    }
}
