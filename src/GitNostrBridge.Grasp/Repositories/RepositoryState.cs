using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What came of reading a state.</summary>
public abstract record StateParse
{
    private StateParse()
    {
    }

    /// <summary>A well formed state; its ids may still be nonsense.</summary>
    public sealed record Parsed(RepositoryState State) : StateParse;

    /// <summary>Not a state, and why, for the sender to read.</summary>
    public sealed record Malformed(string Reason) : StateParse;
}

/// <summary>What an author says that a repository's branches and tags are, kind 30618 (NIP-34, R11).</summary>
public sealed class RepositoryState
{
    private const string HeadPrefix = "ref: ";

    private RepositoryState(NostrEvent nostrEvent, Dictionary<RefName, DeclaredValue> refs) => (Event, Refs) = (nostrEvent, refs.ToFrozenDictionary());

    /// <summary>The event itself.</summary>
    public NostrEvent Event { get; }

    /// <summary>`d`: the identifier of the repositories that it is about.</summary>
    public string Identifier => Event.Identifier;

    /// <summary>Who signed it.</summary>
    public PublicKey Author => Event.Author;

    /// <summary>The branches and tags, and what each one is.</summary>
    public IReadOnlyDictionary<RefName, DeclaredValue> Refs { get; }

    /// <summary>The branch that HEAD names, or null when there is none that git would take.</summary>
    public RefName? Head =>
        Event.FirstTag("HEAD")?.Value is { } value
        && value.StartsWith(HeadPrefix, StringComparison.Ordinal)
        && RefName.TryParse(value[HeadPrefix.Length..], out var branch)
        && branch.IsBranch ? branch : null;

    /// <summary>Whether it declares any ref; one that does not authorises and deletes nothing (R13).</summary>
    public bool TracksRefs => Refs.Count > 0;

    /// <summary>
    /// Reads an event of kind 30618. Malformed: no `d`; a name that git would refuse; two names of which one would be the other's folder;
    /// one name with two values, because nobody could say which one the author meant.
    /// </summary>
    public static StateParse Parse(NostrEvent nostrEvent)
    {
        if (nostrEvent.Kind != EventKinds.RepositoryState)
        {
            return new StateParse.Malformed("a state has kind 30618");
        }

        if (nostrEvent.Identifier.Length == 0)
        {
            return new StateParse.Malformed("a state needs a d tag");
        }

        var refs = new Dictionary<RefName, DeclaredValue>();
        foreach (var tag in nostrEvent.Tags.Where(IsRef))
        {
            if (!RefName.TryParse(tag.Name, out var name))
            {
                return new StateParse.Malformed($"git does not allow the ref name {tag.Name}");
            }

            var value = DeclaredValue.Read(tag.Value ?? "");
            if (!refs.TryAdd(name, value) && refs[name] != value)
            {
                return new StateParse.Malformed($"{name} is declared twice");
            }
        }

        var below = refs.Keys.Where(name => IsBelowAnother(name, refs)).ToList();
        return below.Count > 0
            ? new StateParse.Malformed($"git does not allow {below[0]} below another ref")
            : new StateParse.Parsed(new RepositoryState(nostrEvent, refs));
    }

    /// <summary>
    /// The objects that must be here for the state to be released, each once. False when one of them can never be: its id is none.
    /// </summary>
    public bool TryGetNeededOids(out IReadOnlyCollection<Oid> oids)
    {
        var objects = Refs.Values.OfType<DeclaredValue.Object>().ToList();
        oids = objects.Select(value => value.Oid).OfType<Oid>().ToHashSet();
        return objects.TrueForAll(value => value.Oid is not null);
    }

    /// <summary>Whether it is the newer of two: later, or at the same second the lower id (R15).</summary>
    public bool IsNewerThan(RepositoryState other) => Event.IsNewerThan(other.Event);

    // Clients publish the commits of annotated tags as `…^{}`, which are no refs.
    private static bool IsRef(EventTag tag) =>
        (tag.Name.StartsWith("refs/heads/", StringComparison.Ordinal) || tag.Name.StartsWith("refs/tags/", StringComparison.Ordinal))
        && !tag.Name.EndsWith("^{}", StringComparison.Ordinal);

    // git keeps no `a` beside `a/b`, so such a state could never be written in one transaction.
    private static bool IsBelowAnother(RefName name, Dictionary<RefName, DeclaredValue> refs)
    {
        for (var slash = name.Full.LastIndexOf('/'); slash > 0; slash = name.Full.LastIndexOf('/', slash - 1))
        {
            if (RefName.TryParse(name.Full[..slash], out var above) && refs.ContainsKey(above))
            {
                return true;
            }
        }

        return false;
    }
}
