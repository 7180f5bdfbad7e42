using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Sweeps expired events away once a minute (NIP-40); no query finds them meanwhile.</summary>
public sealed partial class ExpirySweepLoop(
    IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ExpirySweepLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Where the world finds this server, which the rules ask, is known once it listens.
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken).ConfigureAwait(false);
        var sweep = services.GetRequiredService<ExpirySweep>();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await sweep.SweepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Expired events could not be swept away; the next minute tries again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
