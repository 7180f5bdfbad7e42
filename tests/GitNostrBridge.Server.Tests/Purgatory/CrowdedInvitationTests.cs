using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Who is invited, accepts, declines and leaves while strangers crowd the identifier, so that a snapshot is whole only around whom it is about (R7, R14, R15).</summary>
public sealed class CrowdedInvitationTests
{
    [Theory]
    [InlineData("maintainers"), InlineData("m")]
    public async Task Who_is_invited_and_names_the_owner_is_let_in_and_signs(string tag)
    {
        await using var scenario = await Scenario.StartAsync();
        var invitee = new Person();
        await ServeAsync(scenario, tag, invitee);
        await CrowdedIdentifierTests.CrowdAsync(scenario);

        var acceptance = invitee.Announce([], [], Scenario.Identifier, scenario.Owner);
        await scenario.SendAsync(acceptance);
        var commit = await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(invitee);
        await scenario.Work.OkAsync("push", scenario.Url, "main");

        Assert.True(await scenario.IsServedAsync(acceptance));
        Assert.True(await scenario.IsServedAsync(state));
        Assert.Equal(commit, scenario.ServerRefs(scenario.Owner)["refs/heads/main"]);
    }

    [Theory]
    [InlineData("M"), InlineData("m"), InlineData("o")]
    public async Task Who_names_nobody_is_found_by_the_role_that_an_owner_gives_him(string role)
    {
        await using var scenario = await Scenario.StartAsync();
        var invitee = new Person();
        await ServeAsync(scenario, role, invitee);
        await CrowdedIdentifierTests.CrowdAsync(scenario);

        var answer = invitee.Sign(EventKinds.RepositoryAnnouncement, [new("d", Scenario.Identifier), new("m", invitee.Key.Hex, "1", "2")]);
        await scenario.SendAsync(answer);

        Assert.True(await scenario.IsServedAsync(answer));
        await scenario.SendRefusedAsync(new Person().Announce([], [], Scenario.Identifier));
    }

    // The older tag has no index. In a crowd its owner is not found for an answer that names nobody, which changes nothing: who names nobody has not accepted.
    [Fact]
    public async Task Who_names_nobody_and_is_named_in_the_older_tag_alone_is_refused_until_he_names_the_owner()
    {
        await using var scenario = await Scenario.StartAsync();
        var invitee = new Person();
        await scenario.ServeAsync(invitee);
        await CrowdedIdentifierTests.CrowdAsync(scenario);

        Assert.StartsWith("invalid: ", await scenario.SendRefusedAsync(invitee.Announce([], [], Scenario.Identifier)), StringComparison.Ordinal);
        await scenario.SendAsync(invitee.Announce([], [], Scenario.Identifier, scenario.Owner));
    }

    [Fact]
    public async Task What_was_pushed_for_a_maintainer_who_leaves_naming_nobody_goes_back()
    {
        await using var scenario = await Scenario.StartAsync();
        var (member, _, before) = await PushedHalfAsync(scenario);

        await scenario.SendAsync(member.Announce([], [], Scenario.Identifier));

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task What_was_pushed_for_a_maintainer_who_deletes_his_announcement_goes_back()
    {
        await using var scenario = await Scenario.StartAsync();
        var (member, acceptance, before) = await PushedHalfAsync(scenario);

        await scenario.SendAsync(member.Sign(EventKinds.Deletion, [new("e", acceptance.Id.Hex)]));

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task What_was_pushed_for_a_maintainer_whom_the_owner_names_no_more_goes_back()
    {
        await using var scenario = await Scenario.StartAsync();
        var (_, _, before) = await PushedHalfAsync(scenario);

        await scenario.AnnounceAsync();

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
    }

    private static async Task<(Person Member, NostrEvent Acceptance, IReadOnlyDictionary<string, string> Before)> PushedHalfAsync(Scenario scenario)
    {
        var member = new Person();
        await scenario.ServeAsync(member);
        var acceptance = member.Announce([], [], Scenario.Identifier, scenario.Owner);
        await scenario.SendAsync(acceptance);
        await CrowdedIdentifierTests.CrowdAsync(scenario);
        var before = scenario.ServerRefs(scenario.Owner);
        await scenario.PushHalfAsync(member);
        Assert.NotEqual(before, scenario.ServerRefs(scenario.Owner));
        return (member, acceptance, before);
    }

    private static async Task ServeAsync(Scenario scenario, string tag, Person invitee)
    {
        await scenario.ServeAsync();
        await scenario.SendAsync(scenario.Owner.Sign(
            EventKinds.RepositoryAnnouncement,
            [new("d", Scenario.Identifier), new("clone", scenario.Url), new("relays", scenario.Server.Here.RelayUrl), new(tag, invitee.Key.Hex)]));
    }
}
