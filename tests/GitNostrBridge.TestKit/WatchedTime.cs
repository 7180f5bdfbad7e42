using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.TestKit;

/// <summary>A clock that a test moves, and that tells which waits begin: so a test knows when everybody waits for it.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();

    private int _timers;

    public WatchedTime()
        : base(DateTimeOffset.UtcNow)
    {
    }

    /// <summary>How many waits have begun.</summary>
    public int Timers => Volatile.Read(ref _timers);

    /// <summary>Waits until somebody begins to wait for exactly this long; earlier waits of other lengths are passed over.</summary>
    public async Task WaitBegunAsync(TimeSpan length)
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        while (await _begun.Reader.ReadAsync(timeOut.Token) != length)
        {
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        _begun.Writer.TryWrite(dueTime);
        return timer;
    }
}
