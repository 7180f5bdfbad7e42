using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Something that should always be true of a repository and is not.</summary>
public sealed record Violation(RepositoryAddress Repository, string Problem);

/// <summary>Checks what must be true of every repository at rest; changes nothing.</summary>
public sealed class InvariantCheck(
    IEventStore store, RepositoryCatalogue catalogue, BareRepositories repositories, Connectivity connectivity, IdentifierLock turns)
{
    /// <summary>Checks the repositories of one identifier, in its turn, so that no push or release is under way.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync(string identifier, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var snapshot = await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false);
        var standings = (await store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false)).ToDictionary(standing => standing.Owner);
        var violations = new List<Violation>();
        foreach (var owner in snapshot.Owners)
        {
            var problems = await CheckAsync(owner, snapshot, standings.GetValueOrDefault(owner), cancellationToken).ConfigureAwait(false);
            violations.AddRange(problems.Select(problem => new Violation(new RepositoryAddress(owner, identifier), problem)));
        }

        violations.AddRange(await ServedAndHeldAsync(snapshot, cancellationToken).ConfigureAwait(false));
        return violations;
    }

    private async Task<IReadOnlyList<string>> CheckAsync(
        PublicKey owner, RepositorySnapshot snapshot, Standing? standing, CancellationToken cancellationToken)
    {
        var served = snapshot.TryGetAnnouncement(owner, out var entry) && !entry.IsHeld;
        if (repositories.Find(owner.ToNpub(), snapshot.Identifier) is not { } repository)
        {
            return served ? ["the announcement is served, but there is no repository"] : [];
        }

        // A state that its author has replaced or deleted since cannot be compared with any more.
        var candidates = snapshot.CandidatesFor(owner);
        if (candidates.FirstOrDefault(state => state.Event.Id == standing?.Id) is not { } released)
        {
            return [];
        }

        var newer = candidates.Where(state => state.IsNewerThan(released)).ToList();
        var refs = repository.ReadRefs();
        var problems = RefAligner.Updates(refs, released, newer)
            .Select(update => $"{update.Name} is at {update.Old}, the released state {released.Event.Id} says {update.New}")
            .ToList();
        if (released.Head is { } head && refs.Refs.ContainsKey(head) && refs.Head != head && newer.Count == 0)
        {
            problems.Add($"HEAD is {refs.Head}, the released state {released.Event.Id} says {head}");
        }

        if (released.TryGetNeededOids(out var needed) && !await connectivity.IsCompleteAsync(repository, needed, cancellationToken).ConfigureAwait(false))
        {
            problems.Add($"objects of the released state {released.Event.Id} are missing");
        }

        return problems;
    }

    private async Task<IEnumerable<Violation>> ServedAndHeldAsync(RepositorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var held = await store.HeldAsync(snapshot.Identifier, cancellationToken).ConfigureAwait(false);
        var filter = new Filter { Ids = held.Select(waiting => waiting.Event.Id).ToFrozenSet() };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return served.Events.Select(stored => new Violation(
            new RepositoryAddress(stored.Read().Author, snapshot.Identifier), $"event {stored.Id} is served and waits"));
    }
}
