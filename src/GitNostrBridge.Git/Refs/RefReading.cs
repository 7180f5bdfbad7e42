using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// All refs of a repository at one moment, read from its files as git would, and the means to see cheaply whether they still are as they were:
/// the stamps of every file and folder that was looked at.
/// </summary>
internal sealed class RefReading
{
    private const int Attempts = 4;

    // git reads refs elsewhere, or tells of more than refs, when one of these is there.
    private static readonly string[] Unusual = ["shallow", "commondir", "objects/info/alternates"];

    private readonly WatchedFile[] _watched;
    private readonly List<RawRef> _refs;
    private readonly PackedRefs _packed;
    private readonly long _started;
    private readonly Lazy<string> _fingerprint;

    // By name, for the next reading; made when that comes.
    private readonly Lazy<Dictionary<RefName, (RawRef Ref, WatchedFile File)>> _loose;

    private RefReading(long started, Oid head, RefName? headTarget, PackedRefs packed, LooseRefs loose, IEnumerable<WatchedFile> others)
    {
        (_started, Head, HeadTarget, _packed) = (started, head, headTarget, packed);
        _watched = [.. others, packed.File, .. loose.Folders, .. loose.Refs.Select(entry => entry.File)];
        _loose = new(() => loose.Refs.ToDictionary(entry => entry.Ref.Name));
        _fingerprint = new(() => FingerprintOf(this));
        IsSettled = _watched.All(file => file.Stamp.IsSettledAt(started));
        _refs = Merge(loose.Refs, packed.Refs);
    }

    /// <summary>Where HEAD stands when it is detached; else zero.</summary>
    public Oid Head { get; }

    /// <summary>The branch that HEAD names.</summary>
    public RefName? HeadTarget { get; }

    /// <summary>All refs in the order of their names, symbolic ones and hidden ones too.</summary>
    public IReadOnlyList<RawRef> Refs => _refs;

    /// <summary>Whether a change after the reading would show in the stamps; if not, it serves for once.</summary>
    public bool IsSettled { get; }

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => 500 + (_watched.Length * 250L) + (Refs.Count * 350L);

    /// <summary>A hash of HEAD and all refs.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Whether everything is as it was.</summary>
    /// <exception cref="IOException">It could not be looked at.</exception>
    public bool IsUnchanged()
    {
        foreach (var file in _watched)
        {
            if (!file.IsUnchanged())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether HEAD and all refs are the same.</summary>
    public bool SaysTheSameAs(RefReading other) =>
        Head == other.Head && HeadTarget == other.HeadTarget && CollectionsMarshal.AsSpan(_refs).SequenceEqual(CollectionsMarshal.AsSpan(other._refs));

    /// <summary>One ref.</summary>
    public RawRef? Find(RefName name)
    {
        var index = _refs.BinarySearch(new RawRef(name, default, null, default, KnowsPeeled: false), ByName.Instance);
        return index >= 0 ? _refs[index] : null;
    }

    /// <summary>Reads; null when only git can read this repository, or it changes all the while.</summary>
    /// <param name="repository">The repository's folder.</param>
    /// <param name="previous">An earlier reading: files that have not changed since are not read again.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static RefReading? Read(string repository, RefReading? previous)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (ReadOnce(repository, previous) is not { } reading)
            {
                return null;
            }

            // Looked at twice, unchanged: so there was a moment at which all of it was true.
            if (reading.IsUnchanged())
            {
                return reading;
            }

            previous = reading;
        }

        return null;
    }

    private static RefReading? ReadOnce(string repository, RefReading? previous)
    {
        var started = FileStamp.Now();
        var absent = Unusual.Select(name => WatchedFile.Of(Path.Combine(repository, name))).ToList();
        var (headPath, configurationPath) = (Path.Combine(repository, "HEAD"), Path.Combine(repository, "config"));
        var (head, configuration) = (WatchedFile.Of(headPath), WatchedFile.Of(configurationPath));
        if (absent.Exists(file => file.Stamp.Exists)
            || !head.Stamp.IsFile
            || !configuration.Stamp.IsFile
            || !WatchedFile.TryReadText(headPath, out var headText)
            || !RawRef.TryReadValue(headText, out var headValue, out var headTarget)
            || !IsPlain(configurationPath, configuration, previous))
        {
            return null;
        }

        // In git's order: a ref that is packed meanwhile is seen in one place or in both.
        if (LooseRefs.Read(repository, previous is null ? (_, _) => null : previous.StillHolds) is not { } loose || ReadPacked(repository, previous) is not { } packed)
        {
            return null;
        }

        return new RefReading(started, headValue, headTarget, packed, loose, [.. absent, head, configuration]);
    }

    private static bool IsPlain(string path, WatchedFile configuration, RefReading? previous) =>
        (previous is not null && previous.HasSettled(configuration))
        || (WatchedFile.TryReadText(path, out var text) && text is not null && PlainConfiguration.IsPlain(text));

    private static PackedRefs? ReadPacked(string repository, RefReading? previous) =>
        previous is not null && previous._packed.File.IsUnchanged() && previous._packed.File.Stamp.IsSettledAt(previous._started)
            ? previous._packed
            : PackedRefs.Read(repository);

    private bool HasSettled(WatchedFile file) =>
        file.Stamp.IsSettledAt(_started) && _watched.Any(known => known.Stamp == file.Stamp && known.Path.AsSpan().SequenceEqual(file.Path));

    private RawRef? StillHolds(RefName name, FileStamp stamp) =>
        _loose.Value.TryGetValue(name, out var known) && known.File.Stamp == stamp && stamp.IsSettledAt(_started) ? known.Ref : null;

    // A loose ref hides the packed one.
    private static List<RawRef> Merge(IReadOnlyList<(RawRef Ref, WatchedFile File)> loose, IReadOnlyList<RawRef> packed)
    {
        var refs = new List<RawRef>(loose.Count + packed.Count);
        var next = 0;
        foreach (var (own, _) in loose)
        {
            for (; next < packed.Count && packed[next].Name.CompareTo(own.Name) is var order && order <= 0; next++)
            {
                if (order < 0)
                {
                    refs.Add(packed[next]);
                }
            }

            refs.Add(own);
        }

        refs.AddRange(packed.Skip(next));
        return refs;
    }

    private static string FingerprintOf(RefReading reading)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{reading.Head} {reading.HeadTarget}\n");
        foreach (var entry in reading.Refs)
        {
            // No name holds a blank or a line feed.
            Append($"{entry.Name} {entry.Value} {entry.Target}\n");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    private sealed class ByName : IComparer<RawRef>
    {
        public static readonly ByName Instance = new();

        public int Compare(RawRef x, RawRef y) => x.Name.CompareTo(y.Name);
    }
}
