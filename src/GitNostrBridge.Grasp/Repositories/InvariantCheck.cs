using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Checks what must be true of every repository at rest; changes nothing.</summary>
public sealed class InvariantCheck(
    IEventStore store, RepositoryCatalogue catalogue, BareRepositories repositories, Connectivity connectivity, IdentifierLock turns)
{
    private const int Page = 500;

    private static readonly QueryBounds HeldPage = new(Page, 8L << 20);

    /// <summary>
    /// Checks everything: each identifier that is announced, waits or has a repository, one after the other, in its turn. What is found comes as it is
    /// found. One that changes meanwhile is seen before or after its change.
    /// </summary>
    public async IAsyncEnumerable<Violation> CheckAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var onDisk = repositories.All().ToLookup(repository => BareRepositories.NameOf(repository)?.Identifier ?? "");
        foreach (var nameless in onDisk[""])
        {
            yield return new Violation.WithoutAnnouncement(nameless, IsEmpty: false);
        }

        var identifiers = await AnnouncedAsync(cancellationToken).ConfigureAwait(false);
        identifiers.UnionWith(await store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false));
        identifiers.UnionWith(onDisk.Select(group => group.Key).Where(identifier => identifier.Length > 0));
        foreach (var identifier in identifiers)
        {
            foreach (var violation in await CheckAsync(identifier, [.. onDisk[identifier]], cancellationToken).ConfigureAwait(false))
            {
                yield return violation;
            }
        }
    }

    /// <summary>Checks the repositories of one identifier, in its turn, so that no push or release is under way.</summary>
    public Task<IReadOnlyList<Violation>> CheckAsync(string identifier, CancellationToken cancellationToken) =>
        CheckAsync(identifier, [.. repositories.Named(identifier)], cancellationToken);

    private async Task<IReadOnlyList<Violation>> CheckAsync(string identifier, IReadOnlyList<BareRepository> onDisk, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var standings = (await store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false)).ToDictionary(standing => standing.Owner);
        var violations = new List<Violation>();
        var owners = new HashSet<string>();
        await foreach (var (snapshot, part) in catalogue.AllAsync(identifier, cancellationToken).ConfigureAwait(false))
        {
            foreach (var owner in part)
            {
                owners.Add(owner.ToNpub());
                violations.AddRange(await CheckOwnerAsync(owner, snapshot, standings.GetValueOrDefault(owner), cancellationToken).ConfigureAwait(false));
            }
        }

        foreach (var orphan in onDisk.Where(repository => !owners.Contains(BareRepositories.NameOf(repository)!.Value.Owner) && Directory.Exists(repository.Path)))
        {
            violations.Add(Read(orphan, out var refs) is { } unreadable ? unreadable : new Violation.WithoutAnnouncement(orphan, refs.Refs.Count == 0));
        }

        await foreach (var held in store.HeldPartsAsync(new HeldQuery(identifier, HeldPage), cancellationToken).ConfigureAwait(false))
        {
            violations.AddRange(await ServedAndHeldAsync(identifier, held, cancellationToken).ConfigureAwait(false));
        }

        return violations;
    }

    private async Task<IReadOnlyList<Violation>> CheckOwnerAsync(
        PublicKey owner, RepositorySnapshot snapshot, Standing? standing, CancellationToken cancellationToken)
    {
        var address = new RepositoryAddress(owner, snapshot.Identifier);
        var served = snapshot.TryGetAnnouncement(owner, out var entry) && !entry.IsHeld;
        if (repositories.Find(owner.ToNpub(), snapshot.Identifier) is not { } repository)
        {
            return served ? [new Violation.RepositoryMissing(address)] : [];
        }

        if (Read(repository, out var refs) is { } unreadable)
        {
            return [unreadable];
        }

        var violations = new List<Violation>();
        violations.AddRange(refs.Refs.Where(entry => !IsOurs(entry.Key)).Select(entry => new Violation.ForeignRef(repository, entry.Key, entry.Value)));
        violations.AddRange(await PullRequestRefsAsync(address, refs, cancellationToken).ConfigureAwait(false));
        if (served && standing is not null && !snapshot.ConfirmedFor(owner).Contains(standing.Author))
        {
            violations.Add(new Violation.AuthorHasLeft(address, standing.Id, standing.Author));
        }

        violations.AddRange(await ReleasedAsync(address, repository, refs, snapshot, standing, cancellationToken).ConfigureAwait(false));
        return violations;
    }

    private async Task<IReadOnlyList<Violation>> ReleasedAsync(
        RepositoryAddress address, BareRepository repository, RefSnapshot refs, RepositorySnapshot snapshot, Standing? standing, CancellationToken cancellationToken)
    {
        // A state that its author has replaced or deleted since cannot be compared with any more.
        var candidates = snapshot.CandidatesFor(address.Owner);
        if (candidates.FirstOrDefault(state => state.Event.Id == standing?.Id) is not { } released)
        {
            return [];
        }

        var newer = candidates.Where(state => state.IsNewerThan(released)).ToList();
        var id = released.Event.Id;
        List<Violation> violations = [.. RefAligner.Updates(refs, released, newer).Select(update => new Violation.RefStandsElsewhere(address, update, id))];
        if (released.Head is { } head && refs.Refs.ContainsKey(head) && refs.Head != head && newer.Count == 0)
        {
            violations.Add(new Violation.HeadStandsElsewhere(address, refs.Head, head, id));
        }

        if (released.TryGetNeededOids(out var needed) && !await connectivity.IsWholeAsync(repository, needed, cancellationToken).ConfigureAwait(false))
        {
            violations.Add(new Violation.ObjectsMissing(address, id));
        }

        return violations;
    }

    private static bool IsOurs(RefName name) =>
        name.IsBranch || name.IsTag || NostrRef.TryRead(name, out _) || PlaceholderRef.Is(name) || RecoveryRefs.Is(name);

    private async Task<IEnumerable<Violation>> PullRequestRefsAsync(RepositoryAddress address, RefSnapshot refs, CancellationToken cancellationToken)
    {
        var pointed = refs.Refs
            .Select(entry => (entry.Key, entry.Value, Id: NostrRef.TryRead(entry.Key, out var id) ? id : (EventId?)null))
            .Where(entry => entry.Id is not null)
            .ToList();
        var known = await catalogue.PullRequestsAsync(address.Identifier, [.. pointed.Select(entry => entry.Id!.Value)], cancellationToken).ConfigureAwait(false);
        return pointed
            .Select(entry => new Violation.PullRequestRefAstray(address, entry.Key, entry.Value, known.TryGetValue(entry.Id!.Value, out var pullRequest) ? pullRequest.Commit : null))
            .Where(astray => astray.Proposed != astray.Value);
    }

    private async Task<IEnumerable<Violation>> ServedAndHeldAsync(string identifier, IReadOnlyList<HeldEvent> held, CancellationToken cancellationToken)
    {
        var filter = new Filter { Ids = held.Select(waiting => waiting.Event.Id).ToFrozenSet() };
        var served = await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false);
        return served.Events.Select(stored => new Violation.ServedAndHeld(identifier, stored.Id));
    }

    private static Violation.Unreadable? Read(BareRepository repository, out RefSnapshot refs)
    {
        try
        {
            refs = repository.ReadRefs();
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            refs = new RefSnapshot(null, FrozenDictionary<RefName, Oid>.Empty);
            return new Violation.Unreadable(repository, failure.Message);
        }
    }

    // Page by page, because there may be more than one answer holds.
    private async Task<HashSet<string>> AnnouncedAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        long? until = null;
        while (true)
        {
            var filter = new Filter { Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement), Until = until, Limit = Page };
            var events = (await store.QueryAsync([filter], QueryBounds.Internal, cancellationToken).ConfigureAwait(false)).Events.Select(stored => stored.Read()).ToList();
            found.UnionWith(events.Select(announcement => announcement.Identifier));
            if (events.Count < Page)
            {
                return found;
            }

            // A full page of one second would come again for ever.
            until = events[^1].CreatedAt < until ? events[^1].CreatedAt : events[^1].CreatedAt - (until is null ? 0 : 1);
        }
    }
}
