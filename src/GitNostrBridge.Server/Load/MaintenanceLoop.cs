using System.Diagnostics;
using System.Threading.Channels;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Looks after the repositories in the background, one at a time: after each push, and all of them on a schedule. No push waits for it.</summary>
public sealed partial class MaintenanceLoop(
    BareRepositories repositories,
    RepositoryMaintenance maintenance,
    RecoveryRefs recovery,
    IdentifierLock turns,
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

    // Each poll looks at the file of every loose ref, which takes some 2 µs; of packed ones there is one file.
    private const int LooseRefsToPack = 20;

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
            result = await CollectAsync(repository, cancellationToken).ConfigureAwait(false);
            if (result is null or MaintenanceResult.Overtaken)
            {
                metrics.Tended(work, "later", Stopwatch.GetElapsedTime(started));
                LogLater(logger, repository.Path);
                return;
            }

            await File.WriteAllBytesAsync(marker, [], cancellationToken).ConfigureAwait(false);
            File.SetLastWriteTimeUtc(marker, now.UtcDateTime);
        }
        else if (wear.Packs > options.PacksBeforeTidy || wear.LooseObjects > MostLooseObjects || wear.LooseRefs > MostLooseRefs || IsMostlyUnmapped(wear))
        {
            work = "tidy";
            result = await maintenance.TidyAsync(repository, cancellationToken).ConfigureAwait(false);
        }

        if (result is null && wear.LooseRefs > LooseRefsToPack)
        {
            work = "tidy";
            result = await maintenance.PackRefsAsync(repository, cancellationToken).ConfigureAwait(false);
        }

        metrics.Tended(work, result switch { MaintenanceResult.Failed => "failed", MaintenanceResult.Overtaken => "later", _ => "done" }, Stopwatch.GetElapsedTime(started));
        switch (result)
        {
            case MaintenanceResult.Overtaken:
                // The push that was faster has this repository looked at once more.
                LogLater(logger, repository.Path);
                break;
            case MaintenanceResult.Failed failed:
                LogFailed(logger, repository.Path, failed.Reason);
                break;
            case MaintenanceResult.Done:
                Share(repository);
                break;
        }
    }

    // In the identifier's turn, because an object that the gate has just found here must not go before a ref reaches it. It gives way to everybody
    // who wants the turn: null, it is to be done later.
    private async Task<MaintenanceResult?> CollectAsync(BareRepository repository, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterYieldingAsync(BareRepositories.NameOf(repository)?.Identifier ?? "", cancellationToken).ConfigureAwait(false);
        try
        {
            return await maintenance.CollectAsync(repository, _retention, turn.Wanted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // The repositories of one project are repacked one after the other, and come to the same packs.
    private void Share(BareRepository repository)
    {
        if (BareRepositories.NameOf(repository)?.Identifier is { } identifier)
        {
            var saved = PackSharing.Share(repository, repositories.Named(identifier).Where(other => other.Path != repository.Path));
            if (saved > 0)
            {
                LogShared(logger, repository.Path, saved);
            }
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
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Such as a folder that was removed while it was listed, or may not be read; the next round lists again, and the server serves on.
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} shares {Bytes} bytes of equal packs with others again")]
    private static partial void LogShared(ILogger logger, string repository, long bytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The maintenance of {Repository} has given way to a push or an event; it is done later")]
    private static partial void LogLater(ILogger logger, string repository);

    [LoggerMessage(Level = LogLevel.Information, Message = "Maintenance of {Repository} stopped: {Reason}; the next round tries again")]
    private static partial void LogFailed(ILogger logger, string repository, string reason);
}
