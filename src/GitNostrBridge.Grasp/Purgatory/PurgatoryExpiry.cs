using System.Collections.Frozen;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>Ends the waiting of what has waited too long.</summary>
/// <remarks>
/// An announcement goes in two steps: first its repository, then, when no state has revived it, the event. So a stranger's repositories do
/// not pile up, and an owner who comes back the same day need not announce again.
/// </remarks>
public sealed partial class PurgatoryExpiry(
    IEventStore store,
    RepositoryRetirement retirement,
    StandingAligner standing,
    IdentifierLock turns,
    PurgatoryMetrics metrics,
    TimeProvider time,
    PurgatoryLimits limits,
    ILogger<PurgatoryExpiry> logger)
{
    private const int Batch = 100;

    // An event whose repository is broken would else be the most overdue one for ever, before all others.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private DateTimeOffset _forgotten = DateTimeOffset.MinValue;

    /// <summary>Looks at everything beyond its deadline; returns how many events there were.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var swept = 0;
        var now = time.GetUtcNow();
        while (await store.ExpiredAsync(now, Batch, cancellationToken).ConfigureAwait(false) is { Count: > 0 } expired)
        {
            foreach (var held in expired)
            {
                await TryEndAsync(held, cancellationToken).ConfigureAwait(false);
                swept++;
            }
        }

        if (now - _forgotten >= ForgetEvery)
        {
            _forgotten = now;
            await store.ForgetExpiredAsync(now - Purgatory.ExpiredMemory, cancellationToken).ConfigureAwait(false);
        }

        return swept;
    }

    private async Task TryEndAsync(HeldEvent held, CancellationToken cancellationToken)
    {
        try
        {
            using var turn = await turns.EnterAsync(held.Topic, cancellationToken).ConfigureAwait(false);
            await EndAsync(held, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, failure, held.Event.Id, held.Topic);
            await store.RescheduleAsync(held.Event.Id, time.GetUtcNow() + TryAgainAfter, cancellationToken).ConfigureAwait(false);
        }
    }

    // The time of its turn, for which it may have waited long.
    private async Task EndAsync(HeldEvent held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // It may have been released, or its deadline moved, before its turn came. One that has expired (NIP-40) is seen and released by nobody any more.
        var isExpired = held.Event.IsExpiredAt(now);
        var found = await store.HeldAsync(new HeldQuery(held.Topic, QueryBounds.Internal) { Ids = FrozenSet.Create(held.Event.Id) }, cancellationToken).ConfigureAwait(false);
        if (!isExpired && found.Events.All(current => current.Deadline > now))
        {
            return;
        }

        var owner = held.Event.Author.ToNpub();
        var isAnnouncement = held.Event.Kind == EventKinds.RepositoryAnnouncement;
        var hadRepository = isAnnouncement && await retirement.EndUnreleasedAsync(owner, held.Topic, cancellationToken).ConfigureAwait(false);
        var remembered = limits.RememberedUntil(held.HeldSince, now);
        if (hadRepository && !isExpired && remembered > now)
        {
            await store.RescheduleAsync(held.Event.Id, remembered, cancellationToken).ConfigureAwait(false);
            metrics.Ended(held.Event.Kind, WaitingEnd.SoftDeadline);
            LogSoftly(logger, held.Event.Id, held.Topic, remembered);
            return;
        }

        if (held.Event.Kind == EventKinds.RepositoryState)
        {
            await standing.RealignAsync(held.Topic, [held.Event.Author], new HashSet<EventId> { held.Event.Id }, cancellationToken).ConfigureAwait(false);
        }

        await store.ExpireAsync([held.Event.Id], now, cancellationToken).ConfigureAwait(false);
        var end = isExpired ? WaitingEnd.Expiration : WaitingEnd.Deadline;
        metrics.Ended(held.Event.Kind, end);
        LogEnded(logger, held.Event.Id, held.Event.Kind, held.Topic, held.HeldSince, end);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The waiting of event {Id} for {Identifier} could not be ended; it is tried again in ten minutes")]
    private static partial void LogFailed(ILogger logger, Exception failure, EventId id, string identifier);

    [LoggerMessage(Level = LogLevel.Information, Message = "Announcement {Id} of {Identifier} has waited too long: its repository is removed, a state can still revive it until {Until:O}")]
    private static partial void LogSoftly(ILogger logger, EventId id, string identifier, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} of kind {Kind} for {Identifier} waits no more, after waiting since {Since:O}: {End}")]
    private static partial void LogEnded(ILogger logger, EventId id, int kind, string identifier, DateTimeOffset since, WaitingEnd end);
}
