namespace GitNostrBridge.Git;

/// <summary>All that a repository tells of its refs at one moment: resolved, peeled, and each object known to be there, as git would advertise them.</summary>
public sealed class AdvertisedRefs
{
    // git's own bound (SYMREF_MAXDEPTH).
    private const int DeepestLink = 5;

    // One ref without its name, in memory.
    private const long RefBytes = 200;

    // Beside its name, what a line of an answer has at most: the id, the attribute of a tag, and their words.
    private const long LineBytes = 100;

    // As many whole answers have room, and as much for their beginnings.
    private const long WholeAnswers = 8;
    private const long BeginningBytes = 8 * 1024;

    private readonly KeptAnswers _answers;
    private readonly List<AdvertisedRef> _refs;
    private readonly Lazy<RefSnapshot> _snapshot;

    private AdvertisedRefs(RefReading reading, List<AdvertisedRef> refs, AdvertisedRef head)
    {
        (Reading, _refs, Head) = (reading, refs, head);
        _answers = new KeptAnswers(BeginningBytes + (WholeAnswers * refs.Sum(entry => LineBytes + entry.Name.Full.Length)));
        _snapshot = new(() => new RefSnapshot(
            reading.HeadTarget,
            reading.Refs.Where(entry => entry.Target is null).ToDictionary(entry => entry.Name, entry => entry.Value)));
        Visible = refs.Exists(entry => entry.IsHidden) ? [.. refs.Where(entry => !entry.IsHidden)] : refs;
    }

    private AdvertisedRefs(AdvertisedRefs same, RefReading reading) =>
        (Reading, _refs, Head, _answers, _snapshot, Visible) = (reading, same._refs, same.Head, same._answers, same._snapshot, same.Visible);

    /// <summary>A hash over HEAD and every ref, hidden ones too: equal as long as no ref has changed, comes, or goes.</summary>
    public string Fingerprint => Reading.Fingerprint;

    /// <summary>All direct refs, and the branch that HEAD names.</summary>
    internal RefSnapshot Snapshot => _snapshot.Value;

    /// <summary>Where a ref stands, itself or through others; null when there is none.</summary>
    public Oid? ValueOf(RefName name)
    {
        var index = _refs.BinarySearch(new AdvertisedRef(name, default, null, default, false, false), ByName.Instance);
        return index >= 0 ? _refs[index].Value : null;
    }

    internal RefReading Reading { get; }

    /// <summary>HEAD, without a name; its value is zero when its branch is not born.</summary>
    internal AdvertisedRef Head { get; }

    /// <summary>What clients may see, in the order of the names.</summary>
    internal IReadOnlyList<AdvertisedRef> Visible { get; }

    /// <summary>About how many bytes of memory it takes at most: all the answers that it may keep are included from the start.</summary>
    internal long Bytes => Reading.Bytes + (_refs.Count * RefBytes) + _answers.MostBytes;

    /// <summary>The bytes of the answers that it keeps.</summary>
    internal long AnswerBytes => _answers.Bytes;

    /// <summary>An answer that is made of these refs, from what is kept or anew.</summary>
    /// <param name="question">What the answer depends on beside the refs.</param>
    /// <param name="make">Makes it.</param>
    internal byte[] Answer(string question, Func<AdvertisedRefs, byte[]> make)
    {
        if (_answers.Find(question) is { } kept)
        {
            return kept;
        }

        var answer = make(this);
        _answers.Keep(question, answer);
        return answer;
    }

    /// <summary>The same refs, read again.</summary>
    internal AdvertisedRefs With(RefReading reading) => new(this, reading);

    /// <summary>Resolves what was read; null when only git can say what to make of it, such as a ref without its object.</summary>
    internal static AdvertisedRefs? Of(BareRepository repository, RefReading reading, AdvertisedRefs? previous)
    {
        if (!TryResolveAll(reading, out var refs) || HeadOf(reading) is not { } head)
        {
            return null;
        }

        var unknown = new HashSet<Oid>();
        for (var index = 0; index < refs.Count; index++)
        {
            if (previous?.Find(refs[index]) is { } known)
            {
                refs[index] = known;
            }
            else
            {
                unknown.Add(refs[index].Value);
            }
        }

        if (previous is not null && previous.Head.Value == head.Value)
        {
            head = head with { Peeled = previous.Head.Peeled };
        }
        else if (!head.Value.IsZero)
        {
            unknown.Add(head.Value);
        }

        if (repository.Peel(unknown) is not { } peeled)
        {
            return null;
        }

        for (var index = 0; index < refs.Count; index++)
        {
            if (refs[index].IsPeeledByObject && peeled.TryGetValue(refs[index].Value, out var target))
            {
                refs[index] = refs[index] with { Peeled = target };
            }
        }

        return new AdvertisedRefs(reading, refs, peeled.TryGetValue(head.Value, out var headTarget) ? head with { Peeled = headTarget } : head);
    }

    // An object that was there stays, and what a tag stands for never changes.
    private AdvertisedRef? Find(AdvertisedRef entry)
    {
        var index = _refs.BinarySearch(entry, ByName.Instance);
        return index >= 0 && _refs[index] is var known
            && known.Value == entry.Value && known.Target == entry.Target
            && known.IsPeeledByObject == entry.IsPeeledByObject && (entry.IsPeeledByObject || known.Peeled == entry.Peeled)
                ? known
                : null;
    }

    private static bool TryResolveAll(RefReading reading, out List<AdvertisedRef> refs)
    {
        refs = new List<AdvertisedRef>(reading.Refs.Count);
        foreach (var raw in reading.Refs)
        {
            var isHidden = ServiceConfiguration.Hides(raw.Name);
            if (raw.Target is null)
            {
                refs.Add(new AdvertisedRef(raw.Name, raw.Value, null, raw.Peeled, !raw.KnowsPeeled, isHidden));
            }
            else if (!TryFollow(reading, raw.Target.Value, out var target, out var value))
            {
                return false;
            }
            else if (!value.IsZero)
            {
                // One that leads nowhere is passed over.
                refs.Add(new AdvertisedRef(raw.Name, value, target, Oid.Zero, IsPeeledByObject: true, isHidden));
            }
        }

        return true;
    }

    private static AdvertisedRef? HeadOf(RefReading reading)
    {
        var head = new AdvertisedRef(default, reading.Head, null, Oid.Zero, IsPeeledByObject: true, IsHidden: false);
        return reading.HeadTarget is not { } branch ? head
            : TryFollow(reading, branch, out var target, out var value) ? head with { Value = value, Target = target }
            : null;
    }

    // To the last link, and to its value, which is zero when it is not born; false when there are too many links.
    private static bool TryFollow(RefReading reading, RefName first, out RefName last, out Oid value)
    {
        last = first;
        for (var depth = 0; depth < DeepestLink - 1; depth++)
        {
            var found = reading.Find(last);
            value = found?.Value ?? Oid.Zero;
            if (found?.Target is not { } next)
            {
                return true;
            }

            last = next;
        }

        value = default;
        return false;
    }

    private sealed class ByName : IComparer<AdvertisedRef>
    {
        public static readonly ByName Instance = new();

        public int Compare(AdvertisedRef x, AdvertisedRef y) => x.Name.CompareTo(y.Name);
    }
}
