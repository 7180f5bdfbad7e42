using System.Runtime.InteropServices;

namespace GitNostrBridge.Server;

/// <summary>
/// Ends the server on SIGTERM or SIGINT: new work is refused while the ports stay open, pushes and clones that run finish, then the host
/// stops and closes what is left. A second signal ends the process at once.
/// </summary>
public sealed partial class GracefulStop(Draining draining, CurrentLimits limits, IHostApplicationLifetime lifetime, ILogger<GracefulStop> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    private int _asked;

    /// <summary>What closing the connections may take after that: the time that a WebSocket's client has to say goodbye, and a little more.</summary>
    public static TimeSpan CloseTimeOut { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Handle(PosixSignalContext context)
    {
        // The second one is left to the system, which ends the process.
        if (Interlocked.Exchange(ref _asked, 1) == 0)
        {
            context.Cancel = true;
            _ = Task.Run(EndAsync);
        }
    }

    /// <summary>Ends the server as its first signal asks.</summary>
    internal async Task EndAsync()
    {
        // Who reads of it finds new work refused already.
        var drained = draining.DrainAsync();
        LogStopping(logger, draining.Running, limits.Now.DrainSeconds);
        if (!await drained.ConfigureAwait(false))
        {
            LogUnfinished(logger, draining.Running);
        }

        // A host that is stopped before it has started takes that for a failure of its start.
        await StartedAsync().ConfigureAwait(false);
        lifetime.StopApplication();
    }

    private async Task StartedAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: {Running} git requests run and have {Seconds} s to finish; a second signal ends the server at once")]
    private static partial void LogStopping(ILogger logger, int running, int seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping: {Running} git requests have not finished in time (Limits:DrainSeconds) and are cut off")]
    private static partial void LogUnfinished(ILogger logger, int running);
}
