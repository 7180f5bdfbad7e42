using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>An event that waits.</summary>
/// <param name="Held">The event, of which only its id, kind, author and identifier are anybody's to see.</param>
/// <param name="Lacks">The objects that it needs and that are not here; none for an announcement, which waits for a state.</param>
public sealed record WaitingEvent(HeldEvent Held, IReadOnlyList<Oid> Lacks);

/// <summary>A commit that waits for its event.</summary>
public sealed record WaitingPlaceholder(string Owner, string Identifier, PlaceholderRef Placeholder, DateTimeOffset Deadline);

/// <summary>How the fetching for an identifier stands.</summary>
/// <param name="Next">When it is looked at next, or null when it is not queued.</param>
/// <param name="Tried">Each URL with its last answer.</param>
public sealed record WaitingFetch(FetchOutlook? Next, IReadOnlyList<FetchAttempt> Tried);

/// <summary>A part of what waits, the longest waiting first.</summary>
/// <param name="Total">How many events wait in all.</param>
/// <param name="Events">Those of this part.</param>
/// <param name="Fetches">For each of their identifiers.</param>
/// <param name="Next">Where the next part begins; null after the last.</param>
/// <param name="Placeholders">Commits that wait for their events; bounded.</param>
/// <param name="PlaceholderTotal">How many there are in all.</param>
public sealed record WaitingPart(
    long Total,
    IReadOnlyList<WaitingEvent> Events,
    IReadOnlyDictionary<string, WaitingFetch> Fetches,
    HeldPlace? Next,
    IReadOnlyList<WaitingPlaceholder> Placeholders,
    int PlaceholderTotal);

/// <summary>Looks at what waits, for operators.</summary>
public sealed class PurgatoryView(
    IEventStore store, RepositoryCatalogue catalogue, MissingObjects missing, FetchQueue queue, FetchHistory history, PlaceholderExpiry placeholders)
{
    private const int MostPlaceholders = 100;

    private const long MostBytes = 16L << 20;

    /// <summary>At most so many events, beginning after a place; of one identifier, or of all.</summary>
    public async Task<WaitingPart> ReadAsync(HeldPlace? after, int most, string? identifier, CancellationToken cancellationToken)
    {
        var (held, next) = await HeldAsync(after, most, identifier, cancellationToken).ConfigureAwait(false);
        var kinds = await store.HeldKindsAsync(cancellationToken).ConfigureAwait(false);
        var events = new List<WaitingEvent>();
        foreach (var (topic, part) in held.GroupBy(waiting => waiting.Topic).SelectMany(group => group.Chunk(RepositoryCatalogue.MostAround).Select(part => (group.Key, part))))
        {
            var around = part.SelectMany(waiting => RepositoryCatalogue.PeopleOf(waiting.Event, topic)).ToList();
            var snapshot = await catalogue.SnapshotAsync(topic, around, cancellationToken).ConfigureAwait(false);
            foreach (var waiting in part)
            {
                var want = await missing.WantOfAsync(waiting.Event, snapshot, cancellationToken).ConfigureAwait(false);
                events.Add(new WaitingEvent(waiting, want is null ? [] : want.Target.Missing(want.Oids)));
            }
        }

        var all = placeholders.Waiting().Where(waiting => identifier is null || BareRepositories.NameOf(waiting.Repository)?.Identifier == identifier).ToList();
        return new WaitingPart(
            kinds.Sum(kind => kind.Count),
            [.. events.OrderBy(waiting => waiting.Held.HeldSince).ThenBy(waiting => waiting.Held.Event.Id)],
            events.Select(waiting => waiting.Held.Topic).Distinct().ToDictionary(topic => topic, topic => new WaitingFetch(queue.Find(topic), history.Of(topic))),
            next,
            [.. all.OrderBy(waiting => waiting.Deadline).Take(MostPlaceholders).Select(Read).OfType<WaitingPlaceholder>()],
            all.Count);
    }

    // One more shows whether there are more.
    private async Task<(IReadOnlyList<HeldEvent> Events, HeldPlace? Next)> HeldAsync(HeldPlace? after, int most, string? identifier, CancellationToken cancellationToken)
    {
        var part = identifier is null
            ? new HeldPart(await store.HeldAfterAsync(after, most + 1, cancellationToken).ConfigureAwait(false), Next: null)
            : await store.HeldAsync(new HeldQuery(identifier, new QueryBounds(most + 1, MostBytes)) { After = after }, cancellationToken).ConfigureAwait(false);
        return part.Events.Count > most
            ? ([.. part.Events.Take(most)], new HeldPlace(part.Events[most - 1].HeldSince, part.Events[most - 1].Event.Id))
            : (part.Events, part.Next);
    }

    private static WaitingPlaceholder? Read((BareRepository Repository, PlaceholderRef Placeholder, DateTimeOffset Deadline) waiting) =>
        BareRepositories.NameOf(waiting.Repository) is var (owner, identifier) ? new WaitingPlaceholder(owner, identifier, waiting.Placeholder, waiting.Deadline) : null;
}
