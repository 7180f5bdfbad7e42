using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
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
    public async Task What_was_pushed_before_any_release_is_kept_aside_when_the_announcement_loses_its_repository()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.AnnounceAsync();
        await scenario.PushHalfAsync(scenario.Owner);
        var pushed = scenario.ServerRefs(scenario.Owner);

        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        Assert.False(HasRepository(scenario));
        var kept = Assert.Single(scenario.Server.Services.GetRequiredService<BareRepositories>().AllAside());
        Assert.Equal(pushed["refs/heads/main"], Assert.Single(kept.Repository.ReadRefs().Refs).Value.Hex);
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
    public async Task After_its_longest_wait_an_announcement_is_forgotten_and_begins_anew_when_it_is_sent_again()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        var announcement = await scenario.AnnounceAsync();
        await PassAsync(scenario, TimeSpan.FromMinutes(31));
        await PassAsync(scenario, TimeSpan.FromHours(24) - TimeSpan.FromMinutes(30));

        await scenario.SendAsync(announcement);
        await PassAsync(scenario, TimeSpan.FromMinutes(29));

        Assert.True(HasRepository(scenario));
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_stops_neither_the_others_nor_the_sweep()
    {
        await using var scenario = await Scenario.StartAsync(_time, ("Purgatory:SweepInterval", "40.00:00:00"));
        var (broken, other) = (new Person(), new Person());
        await scenario.SendAsync(broken.Announce(scenario.Server.Here, Scenario.Identifier));
        await scenario.SendAsync(other.Announce(scenario.Server.Here, "other"));
        var damage = Directory.CreateDirectory(Path.Combine(scenario.Server.Repository(broken, Scenario.Identifier).Path, "packed-refs"));

        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        var repositories = scenario.Server.Services.GetRequiredService<BareRepositories>();
        Assert.Null(repositories.Find(other.Npub, "other"));
        Assert.NotNull(repositories.Find(broken.Npub, Scenario.Identifier));
        Assert.Contains("could not be ended", Assert.Single(scenario.Server.LoggedErrors), StringComparison.Ordinal);

        damage.Delete();
        await PassAsync(scenario, TimeSpan.FromMinutes(11));
        Assert.Null(repositories.Find(broken.Npub, Scenario.Identifier));
    }

    [Fact]
    public async Task An_event_that_expires_while_the_sweep_waits_for_its_turn_goes()
    {
        await using var scenario = await Scenario.StartAsync(_time, ("Purgatory:SweepInterval", "40.00:00:00"));
        var expires = (_time.GetUtcNow() + TimeSpan.FromMinutes(35)).ToUnixTimeSeconds();
        var announcement = scenario.Owner.Announce(scenario.Server.Here, Scenario.Identifier);
        await scenario.SendAsync(scenario.Owner.Sign(announcement.Kind, [.. announcement.Tags, new("expiration", $"{expires}")]));
        var turn = await scenario.Server.Services.GetRequiredService<IdentifierLock>().EnterAsync(Scenario.Identifier, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(31));
        var sweep = scenario.Server.Services.GetRequiredService<PurgatoryExpiry>().SweepAsync(CancellationToken.None);
        Assert.True(HasRepository(scenario));

        _time.Advance(TimeSpan.FromMinutes(5));
        turn.Dispose();

        Assert.Equal(1, await sweep.WaitAsync(TimeSpan.FromSeconds(30)));
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

    [Fact]
    public async Task A_state_that_expires_after_a_part_of_it_was_pushed_leaves_the_repository_as_it_was_released()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.ServeAsync();
        var before = scenario.ServerRefs(scenario.Owner);
        await scenario.PushHalfAsync(scenario.Owner);
        var pushed = scenario.ServerRefs(scenario.Owner)["refs/heads/main"];
        Assert.NotEqual(before["refs/heads/main"], pushed);

        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
        Assert.Equal(pushed, Assert.Single(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier))).Value.Hex);
    }

    [Fact]
    public async Task So_does_one_that_is_deleted()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.ServeAsync();
        var before = scenario.ServerRefs(scenario.Owner);
        var state = await scenario.PushHalfAsync(scenario.Owner);

        await scenario.SendAsync(scenario.Owner.Sign(EventKinds.Deletion, [new("e", state.Id.Hex)]));

        Assert.Equal(before, scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task What_has_waited_in_vain_stays_away_for_seven_days_unless_a_user_sends_it_again()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        var (first, second) = (await scenario.SignAsync(scenario.Owner), await scenario.SignAsync(scenario.Owner));
        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        Assert.Equal(MessagePrefix.Blocked, Assert.IsType<AdmissionResult.Refused>(await FindAsync(scenario, first)).Prefix);
        Assert.Equal(Scenario.Purgatory, await scenario.SendAsync(first));
        Assert.IsType<AdmissionResult.Duplicate>(await FindAsync(scenario, first));

        await PassAsync(scenario, TimeSpan.FromDays(6));
        Assert.IsType<AdmissionResult.Refused>(await FindAsync(scenario, first));
        Assert.IsType<AdmissionResult.Refused>(await FindAsync(scenario, second));
        await PassAsync(scenario, TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.IsType<AdmissionResult.Refused>(await FindAsync(scenario, first));
        Assert.IsType<AdmissionResult.Held>(await FindAsync(scenario, second));
    }

    [Fact]
    public async Task An_announcement_found_elsewhere_does_not_get_its_repository_back()
    {
        await using var scenario = await Scenario.StartAsync(_time);
        var announcement = await scenario.AnnounceAsync();
        await PassAsync(scenario, TimeSpan.FromMinutes(31));

        Assert.IsType<AdmissionResult.Duplicate>(await FindAsync(scenario, announcement));
        Assert.False(HasRepository(scenario));

        await PassAsync(scenario, TimeSpan.FromHours(25));
        Assert.IsType<AdmissionResult.Refused>(await FindAsync(scenario, announcement));
        await scenario.SendAsync(announcement);
        Assert.True(HasRepository(scenario));
    }

    private static Task<AdmissionResult> FindAsync(Scenario scenario, NostrEvent nostrEvent) =>
        scenario.Server.Services.GetRequiredService<EventAdmission>().AdmitAsync(nostrEvent, EventOrigin.Sync, FrozenSet<PublicKey>.Empty, CancellationToken.None);

    private async Task PassAsync(Scenario scenario, TimeSpan time)
    {
        _time.Advance(time);
        await scenario.Server.Services.GetRequiredService<PurgatoryExpiry>().SweepAsync(CancellationToken.None);
    }

    private static bool HasRepository(Scenario scenario) =>
        scenario.Server.Services.GetRequiredService<BareRepositories>().Find(scenario.Owner.Npub, Scenario.Identifier) is not null;
}
