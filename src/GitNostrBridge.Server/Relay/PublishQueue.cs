using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>
/// The events of one connection on their way through admission: one after the other, but several at once where that cannot change what becomes of
/// them, so that they share a commit of the store. Their OKs leave in the order in which the events came.
/// </summary>
public sealed class PublishQueue(PublishHandler publish, SessionOutbox outbox)
{
    // Together they share one flush of the disk, which costs more than everything else about an event.
    private const int MostInHand = 64;

    // So that what one connection has in hand stays below a megabyte or so.
    private const int MostBytes = 16 * 1024;

    // Beyond this, finding out whether two events concern each other costs more than it gains.
    private const int MostTags = 100;

    private readonly Queue<(NostrEvent Event, Task Answered)> _inHand = new();

    private Task _lastAnswered = Task.CompletedTask;

    /// <summary>Begins to admit an event, as soon as those before it allow.</summary>
    public async Task AddAsync(NostrEvent nostrEvent, FrozenSet<PublicKey> authenticated, CancellationToken cancellationToken)
    {
        while (_inHand.TryPeek(out var oldest)
            && (oldest.Answered.IsCompleted || _inHand.Count == MostInHand || !_inHand.All(other => CanShareTurn(other.Event, nostrEvent))))
        {
            _inHand.Dequeue();
            await oldest.Answered.ConfigureAwait(false);
        }

        _lastAnswered = AnswerAsync(_lastAnswered, publish.HandleAsync(nostrEvent, authenticated), cancellationToken);
        _inHand.Enqueue((nostrEvent, _lastAnswered));
    }

    /// <summary>Waits until every event so far is answered.</summary>
    public async Task FinishAsync()
    {
        _inHand.Clear();
        await _lastAnswered.ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is under way any more, whatever came of it.</summary>
    public async Task SettleAsync() => await _lastAnswered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Whether the outcome of neither event depends on the other. Issues, patches, comments, statuses and the other regular kinds from 1000 on are
    /// taken for what they refer to and what refers to them (R32), and never replace or hold anything: so they are independent unless one names the
    /// other. All else keeps its turn: announcements, states and pull requests (order within a repository), replaceable events (what stands at the
    /// address), deletions (what is refused afterwards), and ephemeral ones (the order in which they are heard).
    /// </summary>
    public static bool CanShareTurn(NostrEvent earlier, NostrEvent later) =>
        IsFree(earlier) && IsFree(later) && earlier.Id != later.Id && !Names(earlier, later.Id) && !Names(later, earlier.Id);

    private static bool IsFree(NostrEvent nostrEvent) =>
        nostrEvent.Kind is >= 1000 and < 10_000 and not (EventKinds.PullRequest or EventKinds.PullRequestUpdate)
        && nostrEvent.Tags.Count <= MostTags
        && nostrEvent.Json.Length <= MostBytes;

    private static bool Names(NostrEvent nostrEvent, EventId id) => nostrEvent.Tags.Any(tag => tag.Items.Any(item => item == id.Hex));

    private async Task AnswerAsync(Task before, Task<byte[]> answer, CancellationToken cancellationToken)
    {
        // Both, even if one fails: so the last of them has ended only when all have.
        await Task.WhenAll(before, answer).ConfigureAwait(false);
        await outbox.WriteAsync(await answer.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }
}
