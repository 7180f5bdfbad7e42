namespace GitNostrBridge.Storage.Tests;

/// <summary>The contract of the store in lists: slow, plain, and written without a look at the SQL.</summary>
internal sealed class NaiveStore
{
    private readonly List<NostrEvent> _served = [];
    private readonly List<HeldEvent> _held = [];
    private readonly List<EventDeletion> _deletions = [];
    private readonly Dictionary<PublicKey, long> _vanished = [];
    private readonly Dictionary<(string Topic, PublicKey Owner), Standing> _standings = [];

    public IEnumerable<Standing> Standings(string topic) => _standings.Where(pair => pair.Key.Topic == topic).Select(pair => pair.Value);

    public List<HeldEvent> Held(string topic) =>
        [.. _held.Where(held => held.Topic == topic).OrderBy(held => held.HeldSince).ThenBy(held => held.Event.Id)];

    public List<NostrEvent> Query(IReadOnlyList<Filter> filters)
    {
        var newestFirst = _served.OrderByDescending(served => served.CreatedAt).ThenBy(served => served.Id).ToList();
        var found = filters.SelectMany(filter =>
            newestFirst.Where(served => FilterMatcher.Matches(filter, served)).Take(filter.Limit ?? int.MaxValue)).ToHashSet();
        return [.. newestFirst.Where(found.Contains)];
    }

    public long Count(IReadOnlyList<Filter> filters) => _served.Count(served => FilterMatcher.MatchesAny(filters, served));

    public string Save(NostrEvent given)
    {
        var outcome = _served.Any(served => served.Id == given.Id) ? "Duplicate"
            : IsDeleted(given) ? "Deleted"
            : _served.Any(served => SameAddress(served, given) && served.IsNewerThan(given)) ? "Superseded" : "Saved";
        if (outcome == "Saved")
        {
            Serve(given);
        }

        return outcome;
    }

    public string Hold(HeldEvent given)
    {
        var waiting = given.ReplacesOlder ? _held.Where(held => SameAddress(held.Event, given.Event)).ToList() : [];
        var outcome = _served.Any(served => served.Id == given.Event.Id) || _held.Any(held => held.Event.Id == given.Event.Id) ? "Duplicate"
            : IsDeleted(given.Event) ? "Deleted"
            : _served.Concat(waiting.Select(held => held.Event)).Any(other => SameAddress(other, given.Event) && other.IsNewerThan(given.Event))
                ? "Superseded" : "Held";
        if (outcome == "Held")
        {
            _held.RemoveAll(waiting.Contains);
            _held.Add(given with { HeldSince = waiting.Select(held => held.HeldSince).Append(given.HeldSince).Min() });
        }

        return outcome;
    }

    public string Release(IReadOnlyList<EventRelease> releases)
    {
        var released = new List<EventId>();
        foreach (var release in releases)
        {
            var held = _held.FirstOrDefault(held => held.Event.Id == release.Id);
            if (held is null || _served.Any(served => SameAddress(served, held.Event) && served.IsNewerThan(held.Event)))
            {
                continue;
            }

            Serve(held.Event);
            released.Add(release.Id);
            foreach (var owner in release.StandsFor)
            {
                _standings[(held.Topic, owner)] = new Standing(owner, release.Id, held.Event.Author, held.Event.CreatedAt);
            }
        }

        return string.Join(' ', released);
    }

    public string Delete(EventDeletion deletion)
    {
        bool Meant(NostrEvent given) => given.Author == deletion.Author && !EventKinds.IsIrrevocable(given.Kind)
            && (deletion.Ids.Contains(given.Id)
                || (given.CreatedAt <= deletion.Until && EventAddress.Of(given) is { } address && deletion.Addresses.Contains(address)));
        var removed = _served.Concat(_held.Select(held => held.Event)).Where(Meant).ToHashSet();
        _deletions.Add(deletion);
        _served.RemoveAll(removed.Contains);
        _held.RemoveAll(held => removed.Contains(held.Event));
        foreach (var (place, standing) in _standings.Where(pair => pair.Value.Author == deletion.Author).ToList())
        {
            var remains = _served.Concat(_held.Select(held => held.Event)).Any(left => left.Id == standing.Id);
            if ((deletion.Ids.Contains(standing.Id) && !remains) || removed.Any(gone => gone.Id == standing.Id))
            {
                _standings.Remove(place);
            }
        }

        return string.Join(' ', removed.Select(gone => gone.Id).Order());
    }

    public int Withdraw(IReadOnlyList<EventId> ids) => _served.RemoveAll(served => ids.Contains(served.Id));

    public int Vanish(PublicKey author, long until)
    {
        _vanished[author] = Math.Max(until, _vanished.GetValueOrDefault(author, until));
        foreach (var place in _standings.Where(pair => pair.Value.Author == author && pair.Value.CreatedAt <= until).Select(pair => pair.Key).ToList())
        {
            _standings.Remove(place);
        }

        bool Meant(NostrEvent given) => given.Author == author && given.CreatedAt <= until && given.Kind != EventKinds.Vanish;
        return _served.RemoveAll(Meant) + _held.RemoveAll(held => held.Event.Author == author && held.Event.CreatedAt <= until);
    }

    private static bool SameAddress(NostrEvent one, NostrEvent other) => EventAddress.Of(one) is { } address && address == EventAddress.Of(other);

    private bool IsDeleted(NostrEvent given) =>
        (given.Kind != EventKinds.Vanish && _vanished.TryGetValue(given.Author, out var until) && given.CreatedAt <= until)
        || (!EventKinds.IsIrrevocable(given.Kind) && _deletions.Any(deletion => deletion.Author == given.Author
            && (deletion.Ids.Contains(given.Id)
                || (given.CreatedAt <= deletion.Until && EventAddress.Of(given) is { } address && deletion.Addresses.Contains(address)))));

    private void Serve(NostrEvent given)
    {
        _served.RemoveAll(served => SameAddress(served, given));
        _held.RemoveAll(held => held.Event.Id == given.Id);
        _served.Add(given);
    }
}
