using System.Globalization;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>When an identifier's turn comes: debounce, backoff, and what it costs.</summary>
public sealed class FetchQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WatchedTime _time = new();

    private readonly FetchQueue _queue;

    public FetchQueueTests() => _queue = new FetchQueue(_time, new FetchBackoff(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(120)));

    [Fact]
    public void The_waits_are_20_40_80_and_then_120_seconds() => Assert.Equal(
        [20, 40, 80, 120, 120, 120],
        new[] { 1, 2, 3, 4, 5, 1000 }.Select(rounds => (int)new FetchBackoff(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(120)).After(rounds).TotalSeconds));

    [Fact]
    public async Task What_still_waits_comes_again_after_each_wait()
    {
        _queue.Schedule("a", TimeSpan.FromSeconds(180));

        foreach (var wait in new[] { 180, 20, 40, 80, 120, 120 })
        {
            await AssertDueAfterAsync(wait, "a");
            _queue.End("a", stillWaits: true);
        }
    }

    [Fact]
    public async Task What_waits_no_more_goes()
    {
        _queue.Schedule("a", TimeSpan.Zero);
        await _queue.NextAsync(CancellationToken.None);

        _queue.End("a", stillWaits: false);

        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_new_event_brings_the_turn_forward_and_never_back()
    {
        _queue.Schedule("a", TimeSpan.FromSeconds(60));
        _queue.Schedule("a", TimeSpan.FromSeconds(180));
        _queue.Schedule("a", TimeSpan.FromSeconds(5));

        await AssertDueAfterAsync(5, "a");
    }

    [Fact]
    public async Task A_new_event_makes_the_next_waits_short_again()
    {
        _queue.Schedule("a", TimeSpan.Zero);
        foreach (var wait in new[] { 0, 20, 40 })
        {
            await AssertDueAfterAsync(wait, "a");
            _queue.End("a", stillWaits: true);
        }

        _queue.Schedule("a", TimeSpan.FromSeconds(180));
        await AssertDueAfterAsync(80, "a");
        _queue.End("a", stillWaits: true);
        await AssertDueAfterAsync(20, "a");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task An_event_that_comes_during_a_round_is_looked_at_after_it(bool stillWaits)
    {
        _queue.Schedule("a", TimeSpan.Zero);
        await _queue.NextAsync(CancellationToken.None);
        _queue.Schedule("a", TimeSpan.FromSeconds(3));
        var next = _queue.NextAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(next.IsCompleted);

        _queue.End("a", stillWaits);

        Assert.Equal("a", await next.WaitAsync(Patience));
    }

    [Fact]
    public async Task Ten_thousand_that_wait_cost_nothing_until_one_is_due()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _queue.Schedule(i.ToString(CultureInfo.InvariantCulture), TimeSpan.FromMinutes(3));
        }

        var timers = _time.Timers;
        _queue.Schedule("early", TimeSpan.FromMinutes(1));
        var next = _queue.NextAsync(CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(timers + 1, _time.Timers);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("early", await next.WaitAsync(Patience));
        Assert.Equal(timers + 1, _time.Timers);
    }

    private async Task AssertDueAfterAsync(int seconds, string identifier)
    {
        var next = _queue.NextAsync(CancellationToken.None);
        if (seconds > 0)
        {
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(identifier, await next.WaitAsync(Patience));
    }
}
