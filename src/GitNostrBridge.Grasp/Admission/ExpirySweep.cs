using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Takes expired events out of the store (NIP-40); an expired announcement's repository leaves service (R35).</summary>
public sealed class ExpirySweep(IEventStore store, EventRemoval removal, TimeProvider time)
{
    // So many events go in one transaction; other writers get their turn between two.
    private const int Batch = 500;

    /// <summary>Removes all served events that have expired; returns how many. Held ones go at their deadline, which is never later.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var swept = 0;
        while (await store.ServedExpiredAsync(time.GetUtcNow(), Batch, cancellationToken).ConfigureAwait(false) is { Count: > 0 } expired)
        {
            await removal.RemoveAsync(expired, [], token => store.WithdrawAsync([.. expired.Select(gone => gone.Id)], token), cancellationToken).ConfigureAwait(false);
            swept += expired.Count;
        }

        return swept;
    }
}
