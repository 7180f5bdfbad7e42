using LibGit2Sharp;

namespace GitNostrBridge.Git;

/// <summary>
/// A bare repository's objects and refs, read only. Refs are read from their files and written by git: libgit2 cannot compare and swap.
/// It is opened for each call (0.09 ms), so what other processes wrote is always seen.
/// </summary>
public sealed class BareRepository
{
    static BareRepository()
    {
        // As with git itself (GitProcess): the operator's configuration does not count, and the root is ours whoever owns it.
        GlobalSettings.SetOwnerValidation(false);
        foreach (var level in (ConfigurationLevel[])[ConfigurationLevel.Global, ConfigurationLevel.Xdg, ConfigurationLevel.System])
        {
            GlobalSettings.SetConfigSearchPaths(level, "");
        }
    }

    private readonly RefCache? _cache;

    internal BareRepository(string path, RefCache? cache = null) => (Path, _cache) = (path, cache);

    /// <summary>The absolute path of its directory.</summary>
    public string Path { get; }

    /// <summary>All direct refs whose names git and we accept, and where HEAD points.</summary>
    /// <exception cref="IOException">There is no repository any more, or the disk failed.</exception>
    public RefSnapshot ReadRefs() => _cache?.Of(this) is { } known ? known.Snapshot : PlainRefs.Read(Path);

    /// <summary>Whether the object itself is here; says nothing of what it refers to (<see cref="Connectivity"/>).</summary>
    public bool Contains(Oid oid) => Missing([oid]).Count == 0;

    /// <summary>The ids whose objects are not here, each once.</summary>
    public IReadOnlyList<Oid> Missing(IEnumerable<Oid> oids)
    {
        using var repository = new Repository(Path);
        return oids.Distinct().Where(oid => !IsIn(repository.ObjectDatabase, oid)).ToList();
    }

    /// <summary>What each object that is a tag stands for in the end, and zero for the others; null when one of them, or a tag on the way, is not here.</summary>
    internal IReadOnlyDictionary<Oid, Oid>? Peel(IReadOnlyCollection<Oid> oids)
    {
        var peeled = new Dictionary<Oid, Oid>(oids.Count);
        if (oids.Count == 0)
        {
            return peeled;
        }

        using var repository = new Repository(Path);
        try
        {
            foreach (var oid in oids)
            {
                var id = new ObjectId(oid.Hex);
                peeled[oid] = repository.ObjectDatabase.RetrieveObjectMetadata(id).Type == ObjectType.Tag ? Peel(repository, id) : Oid.Zero;
            }
        }
        catch (LibGit2SharpException)
        {
            return null; // not here, or not readable
        }

        return peeled;
    }

    private static Oid Peel(Repository repository, ObjectId tag)
    {
        GitObject target = repository.Lookup<TagAnnotation>(tag);
        while (target is TagAnnotation next)
        {
            target = next.Target;
        }

        return Oid.TryParse(target.Sha, out var oid) ? oid : throw new NotFoundException();
    }

    /// <summary>
    /// Those old values of updates that the new ones reach within a few steps, as after an ordinary push. What is not found here may be reached
    /// all the same: the search ends after so many commits in all.
    /// </summary>
    internal IReadOnlySet<Oid> NearAncestors(IEnumerable<RefUpdate> updates, int mostCommits)
    {
        using var repository = new Repository(Path);
        var found = new HashSet<Oid>();
        foreach (var update in updates)
        {
            var seen = new HashSet<string> { update.New.Hex };
            var next = new Queue<string>(seen);
            while (next.TryDequeue(out var id) && mostCommits-- > 0 && id != update.Old.Hex)
            {
                foreach (var parent in ParentsOf(repository, id).Where(seen.Add))
                {
                    next.Enqueue(parent);
                }
            }

            if (seen.Contains(update.Old.Hex))
            {
                found.Add(update.Old);
            }
        }

        return found;
    }

    private static IReadOnlyList<string> ParentsOf(Repository repository, string id)
    {
        try
        {
            return [.. repository.Lookup<Commit>(new ObjectId(id))?.Parents.Select(parent => parent.Sha) ?? []];
        }
        catch (LibGit2SharpException)
        {
            return []; // not here, or not readable
        }
    }

    // libgit2 knows SHA-1 only, and so do the repositories that we make.
    private static bool IsIn(ObjectDatabase objects, Oid oid) =>
        !oid.IsZero && oid.Hex.Length == 40 && objects.Contains(new ObjectId(oid.Hex));
}
