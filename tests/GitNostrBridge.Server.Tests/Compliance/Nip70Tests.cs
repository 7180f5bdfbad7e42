using System.Text;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-70: events that only their author may publish.</summary>
public sealed class Nip70Tests
{
    [Fact]
    public async Task A_protected_event_is_refused_from_whoever_has_not_authenticated()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var issue = scenario.Issue(new Person(), "", new EventTag("-"));

        Assert.StartsWith("auth-required: ", await scenario.SendRefusedAsync(issue), StringComparison.Ordinal);
        Assert.False(await scenario.IsServedAsync(issue));
    }

    [Fact]
    public async Task A_protected_event_is_taken_from_its_author_alone()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var (author, other) = (new Person(), new Person());
        var issue = scenario.Issue(author, "", new EventTag("-"));
        await using var relay = await RawRelay.ConnectAsync(scenario.Server);

        await AuthenticateAsync(scenario, relay, other);
        Assert.StartsWith("restricted: ", await PublishAsync(relay, issue), StringComparison.Ordinal);
        await AuthenticateAsync(scenario, relay, author);
        Assert.Equal("", await PublishAsync(relay, issue));

        Assert.True(await scenario.IsServedAsync(issue));
    }

    private static async Task AuthenticateAsync(Scenario scenario, RawRelay relay, Person person)
    {
        var answer = person.Sign(
            Authentication.Kind, [new("relay", scenario.Server.Here.RelayUrl), new("challenge", relay.Challenge)], createdAt: DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.True((await relay.AskAsync($"[\"AUTH\",{Encoding.UTF8.GetString(answer.Json.Span)}]"))[2].GetBoolean());
    }

    private static async Task<string> PublishAsync(RawRelay relay, NostrEvent nostrEvent)
    {
        await relay.SendEventAsync(nostrEvent);
        return (await relay.NextAsync())[3].GetString()!;
    }
}
