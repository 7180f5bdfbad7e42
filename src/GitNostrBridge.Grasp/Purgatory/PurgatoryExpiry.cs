using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>Ends the waiting of what has waited too long.</summary>
/// <remarks>
/// An announcement goes in two steps: first its empty repository, then, when no state has revived it, the event. So a stranger's repositories do
/// not pile up, and an owner who comes back the same day need not announce again.
/// </remarks>
public sealed partial class PurgatoryExpiry(
    IEventStore store, BareRepositories repositories, IdentifierLock turns, TimeProvider time, PurgatoryLimits limits, ILogger<PurgatoryExpiry> logger)
{
    private const int Batch = 100;

    /// <summary>Looks at everything beyond its deadline; returns how many events there were.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var swept = 0;
        var now = time.GetUtcNow();
        while (await store.ExpiredAsync(now, Batch, cancellationToken).ConfigureAwait(false) is { Count: > 0 } expired)
        {
            foreach (var held in expired)
            {
                using var turn = await turns.EnterAsync(held.Topic, cancellationToken).ConfigureAwait(false);
                await EndAsync(held, now, cancellationToken).ConfigureAwait(false);
                swept++;
            }
        }

        return swept;
    }

    private async Task EndAsync(HeldEvent held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // It may have been released, or its deadline moved, before its turn came.
        var current = (await store.HeldAsync(held.Topic, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => other.Event.Id == held.Event.Id);
        if (current is null || current.Deadline > now)
        {
            return;
        }

        var owner = held.Event.Author.ToNpub();
        if (held.Event.Kind == EventKinds.RepositoryAnnouncement && repositories.Find(owner, held.Topic) is not null)
        {
            await repositories.RemoveAsync(owner, held.Topic, cancellationToken).ConfigureAwait(false);
            await store.RescheduleAsync(held.Event.Id, now + limits.SoftExpiry, cancellationToken).ConfigureAwait(false);
            LogSoftly(logger, held.Event.Id);
            return;
        }

        await store.DropAsync([held.Event.Id], cancellationToken).ConfigureAwait(false);
        LogExpired(logger, held.Event.Id, held.Event.Kind);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Announcement {Id} has waited too long: its repository is removed, a state can still revive it")]
    private static partial void LogSoftly(ILogger logger, EventId id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} of kind {Kind} has waited too long and is dropped")]
    private static partial void LogExpired(ILogger logger, EventId id, int kind);
}
