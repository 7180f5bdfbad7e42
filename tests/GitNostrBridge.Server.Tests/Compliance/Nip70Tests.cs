using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

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
        var admission = scenario.Server.Services.GetRequiredService<EventAdmission>();

        var refused = await admission.AdmitAsync(issue, new HashSet<PublicKey> { other.Key }, TestContext.Current.CancellationToken);
        Assert.Equal(MessagePrefix.Restricted, Assert.IsType<AdmissionResult.Refused>(refused).Prefix);
        Assert.IsType<AdmissionResult.Accepted>(await admission.AdmitAsync(issue, new HashSet<PublicKey> { other.Key, author.Key }, TestContext.Current.CancellationToken));

        Assert.True(await scenario.IsServedAsync(issue));
    }
}
