using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Looks again and again for what has waited too long, and for served events that have expired (NIP-40).</summary>
public sealed partial class ExpiryLoop(
    PurgatoryExpiry purgatory, PlaceholderExpiry placeholders, ExpirySweep served, PurgatoryOptions options, TimeProvider time, ILogger<ExpiryLoop> logger)
{
    /// <summary>Runs until the server stops: once at the beginning, for time spent down counts, then at every interval.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        try
        {
            do
            {
                await SweepAsync(purgatory.SweepAsync, stopping).ConfigureAwait(false);
                await SweepAsync(placeholders.SweepAsync, stopping).ConfigureAwait(false);
                await SweepAsync(served.SweepAsync, stopping).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    // One that fails leaves the others their turn.
    private async Task SweepAsync(Func<CancellationToken, Task<int>> sweep, CancellationToken stopping)
    {
        try
        {
            await sweep(stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What has waited too long, or expired, could not be swept; the next round tries again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
