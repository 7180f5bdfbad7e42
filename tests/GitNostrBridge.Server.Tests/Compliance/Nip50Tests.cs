using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-50: searching in announcements, issues, patches and pull requests.</summary>
public sealed class Nip50Tests
{
    [Fact]
    public async Task Names_descriptions_subjects_and_content_are_searched_and_the_newest_comes_first()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();
        var announcement = scenario.Owner.Sign(
            EventKinds.RepositoryAnnouncement,
            [new("d", Scenario.Identifier), new("clone", scenario.Url), new("relays", scenario.Server.Here.RelayUrl), new("name", "Bridge"), new("description", "Spans rivers")]);
        var (bySubject, byContent) = (scenario.Issue(author, "", new EventTag("subject", "Rivers are wide")), scenario.Issue(author, "The river RIVER!"));
        var comment = author.Sign(EventKinds.Comment, [new("a", scenario.Coordinate())], "rivers");
        foreach (var nostrEvent in new[] { announcement, bySubject, byContent, comment })
        {
            await scenario.SendAsync(nostrEvent);
        }

        Assert.Equal([byContent.Id, bySubject.Id, announcement.Id], await FindAsync(scenario, "river"));
        Assert.Equal([announcement.Id], await FindAsync(scenario, "rivers bridge"));
        Assert.Empty(await FindAsync(scenario, "rivers tunnel"));
    }

    [Fact]
    public async Task Unknown_extensions_are_passed_over()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var issue = scenario.Issue(new Person(), "A river");
        await scenario.SendAsync(issue);

        Assert.Equal([issue.Id], await FindAsync(scenario, "river domain:example.com sentiment:negative"));
    }

    [Fact]
    public async Task Live_events_must_match_the_search_too()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await using var live = await scenario.Relay.SubscribeAsync(new Filter { Search = SearchPhrase.Parse("river") });
        await scenario.SendAsync(scenario.Issue(new Person(), "A lake"));
        var issue = scenario.Issue(new Person(), "A river");
        await scenario.SendAsync(issue);

        Assert.Equal(issue.Id, (await live.NextAsync()).Id);
    }

    private static async Task<IEnumerable<EventId>> FindAsync(Scenario scenario, string phrase) =>
        (await scenario.Relay.QueryAsync(new Filter { Search = SearchPhrase.Parse(phrase) })).Select(found => found.Id);
}
