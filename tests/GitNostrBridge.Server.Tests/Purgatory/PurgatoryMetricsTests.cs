using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>What is measured of that which waits.</summary>
public sealed class PurgatoryMetricsTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task What_waits_how_it_ends_and_what_is_released_is_measured()
    {
        await using var scenario = await Scenario.StartAsync(_time, ("Purgatory:SweepInterval", "40.00:00:00"));
        using var measured = new Measurements(scenario.Server);
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        var waiting = await scenario.SignAsync(scenario.Owner);
        await scenario.SendAsync(new Person().Announce(scenario.Server.Here, "other"));
        var vanishing = new Person();
        await scenario.SendAsync(vanishing.Announce(scenario.Server.Here, "third"));
        await scenario.Work.OkAsync("push", scenario.Url, $"main:refs/nostr/{new string('a', 64)}");
        _time.Advance(TimeSpan.FromMinutes(5));

        measured.Observe();
        Assert.Equal(1, measured["gitnostrbridge.purgatory.released{cause=push,kind=announcement}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.released{cause=push,kind=state}"]);
        Assert.Equal(2, measured["gitnostrbridge.purgatory.waiting{kind=announcement}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.waiting{kind=state}"]);
        Assert.Equal(0, measured["gitnostrbridge.purgatory.waiting{kind=pull_request}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.waiting{kind=placeholder}"]);
        Assert.Equal(300, measured["gitnostrbridge.purgatory.oldest{kind=state}"], 0.5);
        Assert.InRange(measured["gitnostrbridge.purgatory.oldest{kind=placeholder}"], 300, 301);

        await scenario.SendAsync(scenario.Owner.Sign(EventKinds.Deletion, [new("e", waiting.Id.Hex)]));
        await scenario.SendAsync(vanishing.Sign(EventKinds.Vanish, [new("relay", "ALL_RELAYS")]));
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await PassAsync(scenario, TimeSpan.FromMinutes(31));
        await scenario.Server.Services.GetRequiredService<PlaceholderExpiry>().SweepAsync(CancellationToken.None);
        await PassAsync(scenario, TimeSpan.FromHours(25));

        measured.Observe();
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=deleted,kind=state}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=deleted,kind=announcement}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=deadline,kind=state}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=soft_deadline,kind=announcement}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=deadline,kind=announcement}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.expired{cause=deadline,kind=placeholder}"]);
        Assert.Equal(0, measured["gitnostrbridge.purgatory.waiting{kind=announcement}"]);
        Assert.Equal(0, measured["gitnostrbridge.purgatory.waiting{kind=placeholder}"]);
        Assert.Equal(0, measured["gitnostrbridge.purgatory.oldest{kind=announcement}"]);
    }

    private async Task PassAsync(Scenario scenario, TimeSpan time)
    {
        _time.Advance(time);
        await scenario.Server.Services.GetRequiredService<PurgatoryExpiry>().SweepAsync(CancellationToken.None);
    }
}
