using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>What has waited too long (R10), with a clock that the test moves.</summary>
public sealed class ExpiryTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_state_is_dropped_after_its_lifetime_and_may_be_sent_again()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);

        await PassAsync(scenario, TimeSpan.FromMinutes(31));
        Assert.NotEqual(0, (await scenario.Work.RunAsync("push", scenario.Url, "main")).Code);

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(state));
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
    }

    [Fact]
    public async Task An_announcement_loses_its_repository_first_and_a_state_revives_it()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.CommitAsync();
        var announcement = await scenario.AnnounceAsync();

        await PassAsync(scenario, TimeSpan.FromMinutes(31));
        Assert.False(HasRepository(scenario));

        var state = await scenario.SignAsync(scenario.Owner);
        Assert.True(HasRepository(scenario));
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(announcement));
        Assert.True(await scenario.IsServedAsync(state));
    }

    [Fact]
    public async Task An_announcement_that_is_sent_again_gets_its_repository_back()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        var announcement = await scenario.AnnounceAsync();
        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(announcement));

        Assert.True(HasRepository(scenario));
    }

    [Fact]
    public async Task An_announcement_that_nobody_revives_is_forgotten_after_a_day()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await PassAsync(scenario, TimeSpan.FromMinutes(31));
        await PassAsync(scenario, TimeSpan.FromHours(25));

        var refusal = await scenario.SendRefusedAsync(scenario.Owner.State(Scenario.Identifier, await scenario.Work.RefsAsync()));

        Assert.StartsWith("invalid: no repository with this identifier is announced here", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_extends_the_announcements_time()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync();
        await PassAsync(scenario, TimeSpan.FromMinutes(20));
        await scenario.SignAsync(scenario.Owner);
        await PassAsync(scenario, TimeSpan.FromMinutes(20));
        Assert.True(HasRepository(scenario));
    }

    [Fact]
    public async Task Sending_again_and_again_keeps_an_announcement_no_longer_than_a_day()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        for (var hour = 0; hour < 24; hour++)
        {
            await scenario.AnnounceAsync();
            await PassAsync(scenario, TimeSpan.FromMinutes(29));
            await scenario.AnnounceAsync();
            await PassAsync(scenario, TimeSpan.FromMinutes(31));
        }

        Assert.False(HasRepository(scenario));
    }

    [Fact]
    public async Task What_is_served_never_expires()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        var (announcement, state) = await scenario.ServeAsync();
        await PassAsync(scenario, TimeSpan.FromDays(400));
        Assert.True(await scenario.IsServedAsync(announcement));
        Assert.True(await scenario.IsServedAsync(state));
        Assert.True(HasRepository(scenario));
    }

    private async Task PassAsync(Scenario scenario, TimeSpan time)
    {
        _time.Advance(time);
        await scenario.Server.Services.GetRequiredService<PurgatoryExpiry>().SweepAsync(CancellationToken.None);
    }

    private static bool HasRepository(Scenario scenario) =>
        scenario.Server.Services.GetRequiredService<BareRepositories>().Find(scenario.Owner.Npub, Scenario.Identifier) is not null;
}
