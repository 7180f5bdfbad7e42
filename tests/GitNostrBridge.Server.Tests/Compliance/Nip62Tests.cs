using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-62: authors who want to have never been here.</summary>
public sealed class Nip62Tests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_that_the_author_has_signed_goes_and_never_comes_back(bool everywhere)
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, state) = await scenario.ServeAsync();
        var (issue, other) = (scenario.Issue(scenario.Owner), scenario.Issue(new Person()));
        await scenario.SendAsync(issue);
        await scenario.SendAsync(other);
        await scenario.Work.CommitAsync();
        var waiting = await scenario.SignAsync(scenario.Owner);

        var request = Vanish(scenario.Owner, everywhere ? "ALL_RELAYS" : scenario.Server.Here.RelayUrl + "/");
        Assert.Equal("", await scenario.SendAsync(request));

        Assert.Equal([request.Id], (await scenario.Relay.QueryAsync(new Filter { Authors = [scenario.Owner.Key] })).Select(left => left.Id));
        Assert.True(await scenario.IsServedAsync(other));
        foreach (var gone in new[] { announcement, state, issue, waiting })
        {
            Assert.StartsWith("blocked: ", await RefusalAsync(scenario, gone), StringComparison.Ordinal);
        }

        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task His_repositories_leave_service_and_their_data_is_kept_aside()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();

        await scenario.SendAsync(Vanish(scenario.Owner, "ALL_RELAYS"));

        Assert.Equal(404, await scenario.GitStatusAsync(scenario.Owner));
        Assert.Single(Directory.GetDirectories(scenario.Server.Folder.Sub("data", "git", ".aside"), "project.git", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_he_signs_afterwards_is_welcome()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.SendAsync(Vanish(scenario.Owner, "ALL_RELAYS"));

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier)));
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
    }

    [Fact]
    public async Task A_deletion_request_against_a_request_to_vanish_has_no_effect()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var (author, issue) = (new Person(), default(NostrEvent));
        await scenario.SendAsync(issue = scenario.Issue(author));
        var request = Vanish(author, "ALL_RELAYS");
        await scenario.SendAsync(request);

        await scenario.SendRefusedAsync(author.Delete(request));

        Assert.True(await scenario.IsServedAsync(request));
        await scenario.SendRefusedAsync(issue);
    }

    [Fact]
    public async Task A_request_for_other_relays_or_by_a_stranger_is_refused()
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, _) = await scenario.ServeAsync();

        Assert.StartsWith("invalid: ", await scenario.SendRefusedAsync(Vanish(scenario.Owner, "wss://elsewhere.example")), StringComparison.Ordinal);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(Vanish(new Person(), "ALL_RELAYS")), StringComparison.Ordinal);

        Assert.True(await scenario.IsServedAsync(announcement));
    }

    private static NostrEvent Vanish(Person author, string relay) => author.Sign(EventKinds.Vanish, [new("relay", relay)], "Please.");

    // A state of somebody who has no repository here any more is refused for that reason before anybody asks whether it was deleted.
    private static async Task<string> RefusalAsync(Scenario scenario, NostrEvent nostrEvent)
    {
        var text = await scenario.SendRefusedAsync(nostrEvent);
        return nostrEvent.Kind == EventKinds.RepositoryState ? text.Replace("invalid: no repository", "blocked: no repository", StringComparison.Ordinal) : text;
    }
}
