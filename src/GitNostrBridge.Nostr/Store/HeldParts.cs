using System.Runtime.CompilerServices;

namespace GitNostrBridge.Nostr;

/// <summary>Reads what waits part by part, so that memory holds one part however much waits.</summary>
public static class HeldParts
{
    /// <summary>The part that is asked for and all after it; what begins to wait meanwhile may be among them, and what goes may be missing.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<HeldEvent>> HeldPartsAsync(
        this IEventStore store, HeldQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var part = await store.HeldAsync(query, cancellationToken).ConfigureAwait(false);
            yield return part.Events;
            if (part.Next is null)
            {
                yield break;
            }

            query = query with { After = part.Next };
        }
    }
}
