using System.Diagnostics;
using System.Threading.Channels;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>Looks after the repositories in the background, one at a time: after each push, and all of them on a schedule. No push waits for it.</summary>
public sealed partial class MaintenanceLoop(
    BareRepositories repositories,
    RepositoryMaintenance maintenance,
    RecoveryRefs recovery,
    MaintenanceOptions options,
    RepositoriesOptions kept,
    MaintenanceMetrics metrics,
    TimeProvider time,
    ILogger<MaintenanceLoop> logger) : BackgroundService
{
    private const int MostLooseObjects = 2_000;
    private const int MostLooseRefs = 200;

    // To walk over fewer takes a clone some hundredths of a second.
    private const int MostUnmappedObjects = 5_000;
    private const string Marker = "last-collection";

    // Longer than any push may take: git writes into a quarantine without touching its folder's time.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly TimeSpan _retention = options.Retention;
    private readonly TimeSpan _collectInterval = options.CollectInterval;

    private readonly Channel<BareRepository> _queue = Channel.CreateBounded<BareRepository>(1_000);

    /// <summary>A repository has changed; it is looked at soon, or, when many wait, with the next round.</summary>
    public void Notice(BareRepository repository) => _queue.Writer.TryWrite(repository);

    /// <summary>Does what one repository needs now.</summary>
    public async Task TendAsync(BareRepository repository, CancellationToken cancellationToken)
    {
        var (started, work) = (Stopwatch.GetTimestamp(), "none");
        var now = time.GetUtcNow();
        LeftoverSweep.Sweep(repository, (now - LeftoverAge).UtcDateTime);
        var wear = RepositoryWear.Of(repository);
        var marker = Path.Combine(repository.Path, Marker);
        // git writes `config` once, as the repository is made.
        DateTimeOffset collected = File.GetLastWriteTimeUtc(File.Exists(marker) ? marker : Path.Combine(repository.Path, "config"));
        MaintenanceResult? result = null;
        var isDue = now - collected >= _collectInterval;
        if (isDue)
        {
            await recovery.ExpireAsync(repository, now - kept.RecoveryRetention, cancellationToken).ConfigureAwait(false);
        }

        if (isDue && (wear.HasCruft || wear.Changed > collected))
        {
            work = "collect";
            result = await maintenance.CollectAsync(repository, _retention, cancellationToken).ConfigureAwait(false);
            await File.WriteAllBytesAsync(marker, [], cancellationToken).ConfigureAwait(false);
            File.SetLastWriteTimeUtc(marker, now.UtcDateTime);
        }
        else if (wear.Packs > options.PacksBeforeTidy || wear.LooseObjects > MostLooseObjects || wear.LooseRefs > MostLooseRefs || IsMostlyUnmapped(wear))
        {
            work = "tidy";
            result = await maintenance.TidyAsync(repository, cancellationToken).ConfigureAwait(false);
        }

        metrics.Tended(work, result is MaintenanceResult.Failed ? "failed" : "done", Stopwatch.GetElapsedTime(started));
        if (result is MaintenanceResult.Failed failed)
        {
            LogFailed(logger, repository.Path, failed.Reason);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ScheduleAsync(stoppingToken), ConsumeAsync(stoppingToken));

    // A first push above all: its clones would walk over everything until the repository is worn.
    private static bool IsMostlyUnmapped(RepositoryWear wear) => wear.UnmappedObjects > Math.Max(MostUnmappedObjects, wear.PackedObjects / 10);

    private async Task ScheduleAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                repositories.RemoveAside(time.GetUtcNow() - kept.RecoveryRetention);
                foreach (var repository in repositories.All())
                {
                    await _queue.Writer.WriteAsync(repository, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (IOException failure)
            {
                // Such as a folder that was removed while it was listed; the next round lists again.
                LogFailed(logger, repositories.Root, failure.Message);
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        await foreach (var repository in _queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await TendAsync(repository, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Such as a repository that was removed meanwhile; the others have their turn all the same, and the server serves on.
                LogFailed(logger, repository.Path, failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Maintenance of {Repository} stopped: {Reason}; the next round tries again")]
    private static partial void LogFailed(ILogger logger, string repository, string reason);
}
