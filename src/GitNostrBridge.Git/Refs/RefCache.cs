using System.Collections.Concurrent;
using System.Diagnostics;

namespace GitNostrBridge.Git;

/// <summary>
/// What the repositories tell of their refs, kept in memory for those that are asked often. Nothing is believed without a look: every call
/// compares the stamps of all files and folders that the refs were read from, so any change shows, whoever made it. git is not started.
/// </summary>
/// <param name="mostBytes">About how much memory it may take; beyond that, what was asked for least recently goes.</param>
public sealed class RefCache(long mostBytes)
{
    // What goes at once, so that it is not for each new repository that one goes.
    private const int KeptPercent = 80;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _eviction = new();
    private long _bytes;

    /// <summary>About how much memory is in use.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The refs as they are now; null when only git can tell: the repository is unusual, broken, or changes all the while.</summary>
    public AdvertisedRefs? Of(BareRepository repository)
    {
        if (!FileStamp.IsSupported)
        {
            return null;
        }

        var asked = Stopwatch.GetTimestamp();
        var entry = _entries.GetOrAdd(repository.Path, static _ => new Entry());
        entry.Asked = asked;
        try
        {
            return entry.Refs is { Reading.IsSettled: true } refs && refs.Reading.IsUnchanged() ? refs : Read(repository, entry, asked);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // git says what is wrong
        }
    }

    private AdvertisedRefs? Read(BareRepository repository, Entry entry, long asked)
    {
        AdvertisedRefs? refs;
        lock (entry.Reading)
        {
            // Another has read while this one waited for its turn: what he read was true after this one asked.
            if (entry.Refs is { } fresh && entry.Began > asked)
            {
                return fresh;
            }

            entry.Began = Stopwatch.GetTimestamp();
            refs = RefReading.Read(repository.Path, entry.Refs?.Reading) is not { } reading ? null
                : entry.Refs is { } before && before.Reading.SaysTheSameAs(reading) ? before.With(reading)
                : AdvertisedRefs.Of(repository, reading, entry.Refs);
            Replace(repository.Path, entry, refs);
        }

        if (Bytes > mostBytes)
        {
            Evict();
        }

        return refs;
    }

    // Under the entry's lock. An entry without refs is no longer in the table, and takes none.
    private void Replace(string path, Entry entry, AdvertisedRefs? refs)
    {
        if (entry.IsOut)
        {
            return;
        }

        Interlocked.Add(ref _bytes, (refs?.Bytes ?? 0) - (entry.Refs?.Bytes ?? 0));
        entry.Refs = refs;
        if (refs is null)
        {
            entry.IsOut = true;
            _entries.TryRemove(KeyValuePair.Create(path, entry));
        }
    }

    private void Evict()
    {
        lock (_eviction)
        {
            foreach (var (path, entry) in _entries.OrderBy(pair => pair.Value.Asked))
            {
                if (Bytes <= mostBytes / 100 * KeptPercent)
                {
                    return;
                }

                lock (entry.Reading)
                {
                    Replace(path, entry, null);
                }
            }
        }
    }

    private sealed class Entry
    {
        private AdvertisedRefs? _refs;
        private long _asked;

        public Lock Reading { get; } = new();

        public bool IsOut { get; set; }

        /// <summary>When the last reading began.</summary>
        public long Began { get; set; }

        public AdvertisedRefs? Refs
        {
            get => Volatile.Read(ref _refs);
            set => Volatile.Write(ref _refs, value);
        }

        public long Asked
        {
            get => Volatile.Read(ref _asked);
            set => Volatile.Write(ref _asked, value);
        }
    }
}
