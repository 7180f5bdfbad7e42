using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>R32 and R33: what belongs to a repository's conversation, and who may speak of himself.</summary>
public sealed class RelatedEventTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("A")]
    [InlineData("q")]
    public async Task R32_An_event_may_refer_to_a_served_repository_by_its_coordinate(string tag)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        foreach (var kind in new[] { 1617, 1621, 1111, 1630, 1631, 1632, 1633, 1624, 1985, 7321, 9840, 9845, 19843, 39842, 39844 })
        {
            var nostrEvent = new Person().Sign(kind, [new("d", "x"), new(tag, scenario.Coordinate())]);
            Assert.Equal("", await scenario.SendAsync(nostrEvent));
            Assert.True(await scenario.IsServedAsync(nostrEvent));
        }
    }

    [Theory]
    [InlineData("e")]
    [InlineData("E")]
    [InlineData("q")]
    public async Task R32_An_event_may_refer_to_a_served_event_by_its_id_or_be_referred_to_by_one(string tag)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var before = new Person().Sign(1, [], "A note that an issue quotes");
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(before), StringComparison.Ordinal);
        var issue = scenario.Issue(new Person(), "", new EventTag(tag, before.Id.Hex));
        await scenario.SendAsync(issue);

        await scenario.SendAsync(before);
        await scenario.SendAsync(new Person().Sign(EventKinds.Comment, [new(tag, issue.Id.Hex)]));
        await scenario.SendRefusedAsync(new Person().Sign(EventKinds.Comment, [new("p", issue.Id.Hex)]));
    }

    [Fact]
    public async Task R32_What_waits_does_not_count_as_accepted()
    {
        await using var scenario = await Scenario.StartAsync();
        var announcement = await scenario.AnnounceAsync();

        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(scenario.Issue(new Person())), StringComparison.Ordinal);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(new Person().Sign(EventKinds.Comment, [new("e", announcement.Id.Hex)])), StringComparison.Ordinal);
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(scenario.PullRequest(new Person(), new('1', 40))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R32_A_coordinate_is_split_at_its_first_two_colons_and_means_its_very_author()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, "a:b"));
        await scenario.SendAsync(scenario.Owner.State("a:b", await scenario.Work.RefsAsync()));
        await scenario.Work.OkAsync("push", scenario.Server.CloneUrl(scenario.Owner, "a:b"), "main");

        await scenario.SendAsync(new Person().Sign(EventKinds.Issue, [new("a", $"30617:{scenario.Owner.Key.Hex}:a:b")]));
        await scenario.SendRefusedAsync(new Person().Sign(EventKinds.Issue, [new("a", $"30617:{scenario.Owner.Key.Hex}:a")]));
        await scenario.SendRefusedAsync(new Person().Sign(EventKinds.Issue, [new("a", $"30617:{new Person().Key.Hex}:a:b")]));
    }

    [Fact]
    public async Task R32_An_ephemeral_event_that_belongs_here_is_passed_on_and_not_kept()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await using var live = await scenario.Relay.SubscribeAsync(new Filter { Kinds = [29846] });
        var progress = new Person().Sign(29846, [new("a", scenario.Coordinate())]);

        await scenario.SendRefusedAsync(new Person().Sign(29846, []));
        Assert.Equal("", await scenario.SendAsync(progress));

        Assert.Equal(progress.Id, (await live.NextAsync()).Id);
        Assert.False(await scenario.IsServedAsync(progress));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10002)]
    [InlineData(10317)]
    public async Task R33_Profiles_and_lists_are_taken_from_those_who_take_part(int kind)
    {
        await using var scenario = await Scenario.StartAsync();
        var author = new Person();
        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(author.Sign(kind, [])), StringComparison.Ordinal);
        await scenario.AnnounceAsync();
        await scenario.SendAsync(scenario.Owner.Sign(kind, []));
        await scenario.ServeAsync();
        await scenario.SendAsync(scenario.Issue(author));

        await scenario.SendAsync(author.Sign(kind, []));
    }

    [Fact]
    public async Task R33_The_service_itself_may_say_what_it_likes()
    {
        await using var scenario = await Scenario.StartAsync();
        Assert.True(SecretKey.TryParse((await File.ReadAllTextAsync(scenario.Server.Folder.Sub("data", "relay-owner.nsec"), TestContext.Current.CancellationToken)).Trim(), out var key));
        using var random = System.Security.Cryptography.RandomNumberGenerator.Create();
        var notice = new EventSigner(scenario.Server.Services.GetRequiredService<Schnorr>(), random).Sign(key, 1, Person.NextSecond(), [], "Maintenance on Monday");

        await scenario.SendAsync(notice);

        Assert.True(await scenario.IsServedAsync(notice));
    }
}
