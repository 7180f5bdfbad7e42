using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>What the writes of <see cref="IEventStore"/> do to the tables, within the transaction of whoever calls.</summary>
internal sealed class EventTables(SqliteConnection connection, DateTimeOffset now)
{
    private readonly ServedRows _served = new(connection);
    private readonly HeldRows _held = new(connection);
    private readonly StandingRows _standings = new(connection);
    private readonly Tombstones _tombstones = new(connection);
    private readonly ExpiredRows _expired = new(connection);

    /// <summary><see cref="IEventStore.SaveAsync"/>; one that is held becomes served.</summary>
    public SaveOutcome Save(NostrEvent nostrEvent)
    {
        if (_served.Find(nostrEvent.Id) is not null)
        {
            return new SaveOutcome.Duplicate();
        }

        if (_tombstones.Cover(nostrEvent))
        {
            return new SaveOutcome.Deleted();
        }

        if (_served.Supersedes(nostrEvent))
        {
            return new SaveOutcome.Superseded();
        }

        _held.Remove([nostrEvent.Id]);
        return new SaveOutcome.Saved(_served.Put(nostrEvent));
    }

    /// <summary><see cref="IEventStore.HoldAsync(HeldEvent, IReadOnlyCollection{string}, CancellationToken)"/>.</summary>
    public HoldOutcome Hold(HeldEvent held, IReadOnlyCollection<string> alsoUnder)
    {
        var isServed = _served.Find(held.Event.Id) is not null;
        if (isServed || _held.Find(held.Event.Id) is not null)
        {
            return new HoldOutcome.Duplicate(isServed);
        }

        if (_tombstones.Cover(held.Event))
        {
            return new HoldOutcome.Deleted();
        }

        var waiting = held.ReplacesOlder ? _held.At(EventAddress.Of(held.Event)) : [];
        if (_served.Supersedes(held.Event) || waiting.Any(other => other.Event.IsNewerThan(held.Event)))
        {
            return new HoldOutcome.Superseded();
        }

        _held.Remove(waiting.Select(older => older.Event.Id));
        _held.Add(held, waiting.Select(older => older.HeldSince).Append(held.HeldSince).Min(), alsoUnder);
        _expired.Remove(held.Event.Id);
        return new HoldOutcome.Held();
    }

    /// <summary><see cref="IEventStore.ReleaseAsync"/>.</summary>
    public IReadOnlyList<StoredEvent> Release(IReadOnlyList<EventRelease> releases)
    {
        var released = new List<StoredEvent>();
        foreach (var release in releases)
        {
            if (_held.Find(release.Id)?.Read() is not { } held || held.Event.IsExpiredAt(now) || _served.Supersedes(held.Event))
            {
                continue;
            }

            _held.Remove([release.Id]);
            released.Add(_served.Put(held.Event));
            foreach (var owner in release.StandsFor)
            {
                _standings.Put(held.Topic, owner, held.Event);
            }
        }

        return released;
    }

    /// <summary><see cref="IEventStore.DropAsync"/>.</summary>
    public int Drop(IReadOnlyList<EventId> held) => _held.Remove(held);

    /// <summary><see cref="IEventStore.ExpireAsync"/>.</summary>
    public int Expire(IReadOnlyList<EventId> held)
    {
        foreach (var id in held.Where(id => _held.Find(id) is not null))
        {
            _expired.Add(id, now);
        }

        return _held.Remove(held);
    }

    /// <summary><see cref="IEventStore.WithdrawAsync"/>.</summary>
    public int Withdraw(IReadOnlyList<EventId> served)
    {
        var rows = served.Select(_served.Find).OfType<ServedRow>().ToList();
        rows.ForEach(_served.Remove);
        return rows.Count;
    }

    /// <summary><see cref="IEventStore.VanishAsync"/>.</summary>
    public int Vanish(PublicKey author, long until, int most)
    {
        _tombstones.AddVanished(author, until);
        _standings.RemoveOf(author, until);
        var rows = _served.By(author, until, most);
        foreach (var row in rows)
        {
            _served.Remove(row);
        }

        return rows.Count + _held.Remove(_held.By(author).Where(held => held.Event.CreatedAt <= until).Select(held => held.Event.Id));
    }

    /// <summary><see cref="IEventStore.DeleteAsync"/>. An id that is unknown here is remembered for this author only.</summary>
    public IReadOnlyList<EventId> Delete(EventDeletion deletion)
    {
        var removed = new List<EventId>();
        foreach (var id in deletion.Ids)
        {
            DeleteOne(id, deletion.Author, removed);
        }

        foreach (var address in deletion.Addresses.Where(address => address.Author == deletion.Author))
        {
            DeleteAt(address, deletion.Until, removed);
        }

        return removed;
    }

    private void DeleteOne(EventId id, PublicKey author, List<EventId> removed)
    {
        var served = _served.Find(id);
        var known = served?.Read() ?? _held.Find(id)?.Read().Event;
        if (known is not null && (known.Author != author || EventKinds.IsIrrevocable(known.Kind)))
        {
            return;
        }

        _tombstones.Add(id, author);
        _standings.Remove(id, author);
        if (served is not null)
        {
            _served.Remove(served);
        }

        _held.Remove([id]);
        if (known is not null)
        {
            removed.Add(id);
        }
    }

    private void DeleteAt(EventAddress address, long until, List<EventId> removed)
    {
        _tombstones.Add(address, until);
        if (_served.At(address) is { } served && served.CreatedAt <= until)
        {
            _served.Remove(served);
            _standings.Remove(served.EventId, address.Author);
            removed.Add(served.EventId);
        }

        var waiting = _held.At(address).Select(held => held.Event).Where(held => held.CreatedAt <= until).Select(held => held.Id).ToList();
        _held.Remove(waiting);
        removed.AddRange(waiting);
    }
}
