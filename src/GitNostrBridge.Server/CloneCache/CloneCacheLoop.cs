namespace GitNostrBridge.Server;

/// <summary>Gives back the disk of answers that have become too old, though nobody asks any more. At the start it has the cache clear its folder.</summary>
public sealed class CloneCacheLoop(CloneCache cache, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            cache.Expire();
        }
    }
}
