using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>What a browser sees at a clone URL (R4).</summary>
public sealed class RepositoryPageTests
{
    [Fact]
    public async Task It_tells_how_to_clone_who_signs_and_what_is_in_it()
    {
        await using var scenario = await Scenario.StartAsync();
        var bob = new Person();
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "topic");
        await scenario.Work.OkAsync("tag", "v1");
        await scenario.AnnounceAsync(bob);
        await scenario.SendAsync(bob.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main", "topic", "v1");

        var page = await PageAsync(scenario);

        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Headers["Content-Type"]));
        var tip = (await scenario.Work.OkAsync("rev-parse", "main"))[..10];
        foreach (var expected in (string[])
            [$"git clone {scenario.Url}", $"git clone nostr://{scenario.Owner.Npub}/project", "https://gitworkshop.dev", bob.Npub, $"main <span class=\"tag\">default</span></th><td><code>{tip}</code>", $"topic</th><td><code>{tip}</code>", $"v1</th><td><code>{tip}</code>",
                "state <code>"])
        {
            Assert.Contains(expected, page.Body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_what_waits_and_since_when()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        var page = await PageAsync(scenario);
        Assert.Contains("Waiting for git data", page.Body, StringComparison.Ordinal);
        Assert.Contains($"state <code>{state.Id.Hex[..8]}</code>", page.Body, StringComparison.Ordinal);
        Assert.Contains("UTC", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_hundreds_that_wait_it_shows_the_maintainers_own_and_some_and_says_that_there_may_be_more()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var store = scenario.Server.Services.GetRequiredService<IEventStore>();
        var other = new Person();
        await Task.WhenAll(Enumerable.Range(1, 600).Select(number => store.HoldAsync(
            new HeldEvent(Propose(number % 8 == 0 ? scenario.Owner : other, number), Scenario.Identifier, false, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddDays(1)), CancellationToken.None)));
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);

        var page = await PageAsync(scenario);

        var waiting = page.Body[page.Body.IndexOf("Waiting for git data", StringComparison.Ordinal)..page.Body.IndexOf("Branches", StringComparison.Ordinal)];
        Assert.InRange(waiting.Split("<li>pull request").Length - 1, 1, 75);
        Assert.Contains("<li>state", waiting, StringComparison.Ordinal);
        Assert.Contains("and perhaps more", waiting, StringComparison.Ordinal);

        NostrEvent Propose(Person to, int number) => other.Sign(EventKinds.PullRequest, [new("a", $"30617:{to.Key.Hex}:{Scenario.Identifier}"), new("c", $"{number:x40}")]);
    }

    [Fact]
    public async Task The_words_of_an_announcement_that_waits_are_not_shown()
    {
        await using var scenario = await Scenario.StartAsync();
        var commit = await scenario.Work.CommitAsync();
        await scenario.SendAsync(scenario.Owner.Sign(
            EventKinds.RepositoryAnnouncement,
            [new("d", Scenario.Identifier), new("clone", scenario.Url), new("relays", scenario.Server.Here.RelayUrl), new("description", "buy this"), new("name", "Advertisement")]));

        var waiting = await PageAsync(scenario);

        Assert.Equal(200, waiting.Status);
        Assert.Contains("<h1>project</h1>", waiting.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("buy this", waiting.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Advertisement", waiting.Body, StringComparison.Ordinal);
        await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit }));
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        Assert.Contains("buy this", (await PageAsync(scenario)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_strangers_write_becomes_markup()
    {
        const string Evil = "<script>alert(1)</script>\"'&";
        await using var scenario = await Scenario.StartAsync();
        var identifier = Evil.Replace("/", "", StringComparison.Ordinal);
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", "<b>&\"'");
        var clone = scenario.Server.CloneUrl(scenario.Owner, identifier);
        await scenario.SendAsync(scenario.Owner.Sign(
            EventKinds.RepositoryAnnouncement,
            [new("d", identifier), new("clone", clone), new("relays", scenario.Server.Here.RelayUrl), new("description", Evil), new("name", Evil)]));
        await scenario.SendAsync(scenario.Owner.State(identifier, await scenario.Work.RefsAsync()));
        await scenario.Work.OkAsync("push", "--quiet", "--all", clone);

        var page = await RawRequest.SendAsync(scenario.Server, "GET", new Uri(clone).AbsolutePath);

        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_refs_make_no_endless_page()
    {
        await using var scenario = await Scenario.StartAsync();
        var commit = await scenario.Work.CommitAsync();
        var refs = Enumerable.Range(0, 150).ToDictionary(number => $"refs/tags/v{number}", _ => commit);
        refs["refs/heads/main"] = commit;
        await scenario.AnnounceAsync();
        await scenario.SendAsync(scenario.Owner.State(Scenario.Identifier, refs));
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        Assert.Contains("and 50 more", (await PageAsync(scenario)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_repository_is_a_page_too()
    {
        await using var scenario = await Scenario.StartAsync();
        var page = await PageAsync(scenario);
        Assert.Equal((404, "text/html; charset=utf-8"), (page.Status, page.Headers["Content-Type"]));
        Assert.Contains("Not found", page.Body, StringComparison.Ordinal);
    }

    private static Task<RawAnswer> PageAsync(Scenario scenario) =>
        RawRequest.SendAsync(scenario.Server, "GET", new Uri(scenario.Url).AbsolutePath, "Accept: text/html");
}
