using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>What one domain may be asked, whoever wants something of it.</summary>
public sealed class DomainThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void So_many_at_once_and_a_freed_slot_makes_room()
    {
        var throttle = new DomainThrottle(_time, concurrency: 2, perMinute: 100);
        var first = throttle.TryEnter("a:443", "1");
        Assert.NotNull(first);
        Assert.NotNull(throttle.TryEnter("a:443", "2"));
        Assert.Null(throttle.TryEnter("a:443", "3"));
        Assert.NotNull(throttle.TryEnter("b:443", "3"));

        first.Dispose();
        first.Dispose();

        Assert.NotNull(throttle.TryEnter("a:443", "3"));
        Assert.Null(throttle.TryEnter("a:443", "4"));
    }

    [Fact]
    public void One_identifier_is_never_fetched_twice_at_once_from_one_domain()
    {
        var throttle = new DomainThrottle(_time, concurrency: 5, perMinute: 100);

        Assert.NotNull(throttle.TryEnter("a:443", "1"));
        Assert.Null(throttle.TryEnter("a:443", "1"));
        Assert.NotNull(throttle.TryEnter("b:443", "1"));
    }

    [Fact]
    public async Task A_full_minute_that_moves_on_wakes_the_queue_by_itself()
    {
        var throttle = new DomainThrottle(_time, concurrency: 5, perMinute: 2);
        throttle.TryEnter("a:443", "1")!.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        throttle.TryEnter("a:443", "2")!.Dispose();
        var waiting = throttle.EnterAsync("a:443", "3", CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Null(throttle.TryEnter("a:443", "4"));
        _time.Advance(TimeSpan.FromSeconds(1));

        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Null(throttle.TryEnter("a:443", "4"));
    }

    [Fact]
    public async Task Who_gives_up_leaves_his_place_to_the_next()
    {
        var throttle = new DomainThrottle(_time, concurrency: 1, perMinute: 100);
        var held = throttle.TryEnter("a:443", "1")!;
        using var patience = new CancellationTokenSource();
        var first = throttle.EnterAsync("a:443", "2", patience.Token);
        var second = throttle.EnterAsync("a:443", "3", CancellationToken.None);

        await patience.CancelAsync();
        held.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Nobody_overtakes_those_who_wait()
    {
        var throttle = new DomainThrottle(_time, concurrency: 1, perMinute: 1);
        var held = throttle.TryEnter("a:443", "1")!;
        _ = throttle.EnterAsync("a:443", "2", CancellationToken.None);
        held.Dispose();

        Assert.Null(throttle.TryEnter("a:443", "3"));
    }

    [Fact]
    public void Whatever_is_asked_limits_hold_all_are_served_in_turn_and_no_domain_hinders_another()
    {
        var schedules = Gen.Select(
            Gen.Int[1, 4], // at once
            Gen.Int[1, 8], // a minute
            Gen.Int[1, 4].Array[1, 8], // fetches that each identifier needs
            Gen.Int[0, 90].Array[40]); // seconds from one step to the next
        schedules.Sample(schedule =>
        {
            var (concurrency, perMinute, needs, steps) = schedule;
            new ThrottleScene(concurrency, perMinute, needs).Play(steps);
        }, iter: 300);
    }

    [Fact]
    public void Eight_identifiers_on_one_slow_domain_with_the_limits_of_the_settings()
    {
        var defaults = new GitSyncOptions();
        var schedules = Gen.Select(Gen.Int[1, 12].Array[8], Gen.Int[0, 20].Array[40]);
        schedules.Sample(schedule => new ThrottleScene(defaults.PerDomainConcurrency, defaults.PerDomainPerMinute, schedule.Item1).Play(schedule.Item2), iter: 200);
    }
}
