using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>
/// Finds the repositories that a pull request is about (R30): the served ones that its `a` tags name and, where it names none, those of the accepted
/// events that it refers to, such as the pull request that it updates.
/// </summary>
public sealed class PullRequestTargets(IEventStore store)
{
    private const int MostReferences = 100;

    private const int MostIdentifiers = 20;

    /// <summary>The identifiers of some repositories, each once, in the order in which their turns are to be taken; bounded.</summary>
    public static IReadOnlyList<string> IdentifiersOf(IEnumerable<RepositoryAddress> repositories) =>
        [.. repositories.Select(address => address.Identifier).Distinct().Take(MostIdentifiers).Order(StringComparer.Ordinal)];

    /// <summary>The owners under one identifier whose groups have a member among the owners of some repositories (R30).</summary>
    public static IEnumerable<PublicKey> OwnersOf(IReadOnlyCollection<RepositoryAddress> about, RepositorySnapshot snapshot) =>
        snapshot.Owners.Where(owner => about.Any(named =>
            named.Identifier == snapshot.Identifier && (named.Owner == owner || snapshot.ConfirmedFor(owner).Contains(named.Owner))));

    /// <summary>The served repositories; none when the pull request is about nothing here.</summary>
    public async Task<IReadOnlyList<RepositoryAddress>> OfAsync(PullRequest pullRequest, CancellationToken cancellationToken)
    {
        var named = await ServedAsync(pullRequest.Repositories, cancellationToken).ConfigureAwait(false);
        if (named.Count > 0)
        {
            return named;
        }

        var ids = pullRequest.Event.Tags
            .Where(tag => tag.Name is "e" or "E" or "q")
            .Select(tag => EventId.TryParse(tag.Value, out var id) ? id : (EventId?)null)
            .OfType<EventId>()
            .Take(MostReferences)
            .ToFrozenSet();
        if (ids.Count == 0)
        {
            return [];
        }

        var referred = await store.QueryAsync([new Filter { Ids = ids }], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return await ServedAsync(referred.Events.SelectMany(stored => RepositoriesOf(stored.Read())).Distinct(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<RepositoryAddress>> ServedAsync(IEnumerable<RepositoryAddress> addresses, CancellationToken cancellationToken)
    {
        var served = new List<RepositoryAddress>();
        foreach (var address in addresses.Take(MostReferences))
        {
            var announcement = new EventAddress(EventKinds.RepositoryAnnouncement, address.Owner, address.Identifier);
            if (await store.IsServedAsync([announcement.AsFilter()], cancellationToken).ConfigureAwait(false))
            {
                served.Add(address);
            }
        }

        return served;
    }

    private static IEnumerable<RepositoryAddress> RepositoriesOf(NostrEvent nostrEvent) => nostrEvent.Tags
        .Where(tag => tag.Name is "a" or "A")
        .Select(tag => EventAddress.TryParse(tag.Value, out var address) && address.Kind == EventKinds.RepositoryAnnouncement ? address : null)
        .OfType<EventAddress>()
        .Select(address => new RepositoryAddress(address.Author, address.Identifier));
}
