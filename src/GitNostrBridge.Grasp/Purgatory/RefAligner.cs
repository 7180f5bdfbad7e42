using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>What came of making a repository follow a state.</summary>
public abstract record Alignment
{
    private Alignment()
    {
    }

    /// <summary>Heads, tags and HEAD are as the state declares; whether anything had to move.</summary>
    public sealed record Aligned(bool Moved) : Alignment;

    /// <summary>git refused. Heads and tags have moved together or not at all; HEAD is tried again by the next passage.</summary>
    public sealed record Failed(string Reason) : Alignment;
}

/// <summary>Makes an owner's repository follow a state: heads and tags in one transaction, then HEAD (R25).</summary>
public sealed class RefAligner(RefTransaction transaction, RecoveryRefs recovery)
{
    /// <summary>Moves what differs, but leaves a ref that already stands where one of the newer held states wants it.</summary>
    /// <param name="repository">All objects of the state must be in it.</param>
    /// <param name="state">What heads and tags are to be.</param>
    /// <param name="newerHeld">States that wait and are newer than it.</param>
    /// <param name="cancellationToken">Ends the wait for git.</param>
    public Task<Alignment> AlignAsync(
        BareRepository repository, RepositoryState state, IReadOnlyList<RepositoryState> newerHeld, CancellationToken cancellationToken) =>
        AlignAsync(repository, state, newerHeld, (_, _) => true, cancellationToken);

    /// <summary>The same for those refs alone that are concerned, with the values that they have (zero: absent).</summary>
    internal async Task<Alignment> AlignAsync(
        BareRepository repository, RepositoryState state, IReadOnlyList<RepositoryState> newerHeld, Func<RefName, Oid, bool> isConcerned, CancellationToken cancellationToken)
    {
        var before = repository.ReadRefs();
        var updates = Updates(before, state, newerHeld);
        updates.RemoveAll(update => !isConcerned(update.Name, update.Old));
        if (updates.Count > 0 && await MoveAsync(repository, updates, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused)
        {
            return new Alignment.Failed(refused.Reason);
        }

        return state.Head is { } head && before.Head != head && Exists(head, before, updates)
            ? await transaction.SetHeadAsync(repository, head, cancellationToken).ConfigureAwait(false) switch
            {
                RefTransactionResult.Refused refusedHead => new Alignment.Failed(refusedHead.Reason),
                _ => new Alignment.Aligned(Moved: true),
            }
            : new Alignment.Aligned(Moved: updates.Count > 0);
    }

    // R25: what the move takes out of reach is kept behind hidden refs for a while. Nobody's patience ends between the two: the next one would not know
    // what had moved.
    private async Task<RefTransactionResult> MoveAsync(BareRepository repository, List<RefUpdate> updates, CancellationToken cancellationToken) =>
        await transaction.ApplyAsync(repository, updates, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused
            ? refused
            : await recovery.KeepAsync(repository, updates, CancellationToken.None).ConfigureAwait(false);

    /// <summary>The updates between what is and what the state declares.</summary>
    internal static List<RefUpdate> Updates(RefSnapshot before, RepositoryState state, IReadOnlyList<RepositoryState> newerHeld)
    {
        var updates = new List<RefUpdate>();
        foreach (var (name, current) in before.Refs.Where(entry => entry.Key.IsBranch || entry.Key.IsTag))
        {
            if (!newerHeld.Any(newer => Wants(newer, name, current)))
            {
                var target = state.Refs.TryGetValue(name, out var declared) ? Target(declared, current) : Oid.Zero;
                updates.Add(new RefUpdate(name, current, target));
            }
        }

        updates.AddRange(state.Refs
            .Where(entry => !before.Refs.ContainsKey(entry.Key))
            .Select(entry => new RefUpdate(entry.Key, Oid.Zero, Target(entry.Value, Oid.Zero))));
        updates.RemoveAll(update => update.IsNoOp);
        return updates;
    }

    private static bool Wants(RepositoryState state, RefName name, Oid value) =>
        state.Refs.GetValueOrDefault(name) is DeclaredValue.Object { Oid: { } oid } && oid == value;

    // R11: a symbolic value is not written, but protects the ref from deletion.
    private static Oid Target(DeclaredValue declared, Oid current) =>
        declared is DeclaredValue.Object { Oid: { } oid } ? oid : current;

    private static bool Exists(RefName head, RefSnapshot before, List<RefUpdate> updates) =>
        updates.FirstOrDefault(update => update.Name == head) is { } update ? !update.IsDelete : before.Refs.ContainsKey(head);
}
