namespace GitNostrBridge.Grasp;

/// <summary>
/// Announcements that were refused because nobody here names their author yet, kept for a while in case the owner's announcement that does is only late
/// (R7). In memory: the sender was told that it is refused, so nothing that was promised can be lost.
/// </summary>
public sealed class EarlyAnnouncements(TimeProvider time, PurgatoryLimits limits)
{
    private const int MostEvents = 1_000;

    private const int MostOfAuthor = 10;

    private const long MostBytes = 16 << 20;

    private readonly Lock _gate = new();

    // In the order of their arrival.
    private readonly List<Entry> _entries = [];

    /// <summary>Keeps an announcement instead of an earlier one of the same address; when there is no room the oldest go.</summary>
    public void Keep(RepositoryAnnouncement announcement)
    {
        lock (_gate)
        {
            if (_entries.Exists(entry => entry.Announcement.Event.Id == announcement.Event.Id))
            {
                return;
            }

            _entries.RemoveAll(entry => entry.Announcement.Address == announcement.Address);
            _entries.Add(new Entry(announcement, time.GetUtcNow() + limits.Lifetime));
            while (_entries.Count(entry => entry.Announcement.Author == announcement.Author) > MostOfAuthor)
            {
                _entries.RemoveAt(_entries.FindIndex(entry => entry.Announcement.Author == announcement.Author));
            }

            while (_entries.Count > MostEvents || _entries.Sum(entry => entry.Announcement.Event.Json.Length) > MostBytes)
            {
                _entries.RemoveAt(0);
            }
        }
    }

    /// <summary>Those with this identifier whose time has not run out.</summary>
    public IReadOnlyList<RepositoryAnnouncement> Of(string identifier)
    {
        lock (_gate)
        {
            _entries.RemoveAll(entry => entry.Deadline <= time.GetUtcNow());
            return [.. _entries.Select(entry => entry.Announcement).Where(announcement => announcement.Identifier == identifier)];
        }
    }

    /// <summary>Forgets one.</summary>
    public void Remove(EventId id)
    {
        lock (_gate)
        {
            _entries.RemoveAll(entry => entry.Announcement.Event.Id == id);
        }
    }

    private sealed record Entry(RepositoryAnnouncement Announcement, DateTimeOffset Deadline);
}
