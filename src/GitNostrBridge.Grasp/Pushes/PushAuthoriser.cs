using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides whether signed events allow a push: the signature authorises, not the sender (R16-R18, R28, R29).</summary>
/// <remarks>The old value of an update is taken for what the ref is now; git checks it under the ref's lock.</remarks>
public static class PushAuthoriser
{
    private const string PullRequestBranches = "refs/heads/pr/";

    /// <summary>Decides on all updates of a push at once.</summary>
    /// <param name="owner">Whose repository is pushed to.</param>
    /// <param name="updates">The push's commands.</param>
    /// <param name="snapshot">What is known of the repository's identifier now.</param>
    /// <param name="knownPullRequests">The events, served or held, whose refs/nostr/ refs are in the push.</param>
    /// <param name="acceptPlaceholders">Whether a ref may come before its event (R28).</param>
    public static PushDecision Decide(
        PublicKey owner,
        IReadOnlyList<RefUpdate> updates,
        RepositorySnapshot snapshot,
        IReadOnlyDictionary<EventId, PullRequest> knownPullRequests,
        bool acceptPlaceholders)
    {
        var changes = updates.Where(update => !update.IsNoOp).ToList();
        if (changes.Count == 0)
        {
            return new PushDecision.NothingToDo();
        }

        var tracked = changes.Where(update => IsTracked(update.Name)).ToList();
        var others = changes.Where(update => !IsTracked(update.Name)).Select(update => JudgeUntracked(update, knownPullRequests, acceptPlaceholders));
        var verdict = tracked.Count > 0 ? JudgeTracked(tracked, snapshot.CandidatesFor(owner)) : new Verdict(null, []);
        var refusals = others.OfType<RefRefusal>().Concat(verdict.Refusals).ToLookup(refusal => refusal.Name);
        return refusals.Count == 0
            ? new PushDecision.Authorised(updates, verdict.State)
            : new PushDecision.Refused([.. updates.Select(update => refusals[update.Name].FirstOrDefault() ?? new RefRefusal.NotAlone(update.Name))]);
    }

    private static bool IsTracked(RefName name) => name.IsBranch || name.IsTag;

    private static RefRefusal? JudgeUntracked(RefUpdate update, IReadOnlyDictionary<EventId, PullRequest> knownPullRequests, bool acceptPlaceholders)
    {
        var name = update.Name;
        if (!NostrRef.Contains(name))
        {
            return new RefRefusal.NamespaceRefused(name);
        }

        if (!NostrRef.TryRead(name, out var id))
        {
            return new RefRefusal.NostrNameInvalid(name);
        }

        if (update.IsDelete)
        {
            return new RefRefusal.NostrDeletion(name);
        }

        if (knownPullRequests.TryGetValue(id, out var pullRequest))
        {
            return update.New == pullRequest.Commit ? null : new RefRefusal.NostrWrongCommit(name, pullRequest.Commit, update.New);
        }

        // A placeholder keeps its first commit: an amended pull request has another id (R28).
        return !acceptPlaceholders ? new RefRefusal.NostrUnknown(name)
            : update.Old.IsZero ? null
            : new RefRefusal.NostrWrongCommit(name, update.Old, update.New);
    }

    // The newest state with which everything agrees; if there is none, the one that objects least explains best, on a tie the newest.
    private static Verdict JudgeTracked(IReadOnlyList<RefUpdate> updates, IReadOnlyList<RepositoryState> candidates)
    {
        Verdict? best = null;
        for (var index = 0; index < candidates.Count && best is not { Refusals.Count: 0 }; index++)
        {
            var refusals = updates.Select(update => JudgeAgainst(candidates, index, update)).OfType<RefRefusal>().ToList();
            best = best is null || refusals.Count < best.Refusals.Count ? new Verdict(candidates[index], refusals) : best;
        }

        return best ?? new Verdict(null, [.. updates.Select(WithoutState)]);
    }

    private static RefRefusal? JudgeAgainst(IReadOnlyList<RepositoryState> candidates, int index, RefUpdate update)
    {
        var state = candidates[index];
        var declared = state.Refs.GetValueOrDefault(update.Name);
        var disagreement = declared switch
        {
            null when update.IsDelete => null,
            null when IsUndeclaredPullRequest(update.Name, candidates) => new RefRefusal.PullRequestBranch(update.Name),
            null => new RefRefusal.Undeclared(update.Name, state),
            DeclaredValue.Symbolic => new RefRefusal.Symbolic(update.Name, state),
            DeclaredValue.Object when update.IsDelete => new RefRefusal.DeclaredDeletion(update.Name, state),
            DeclaredValue.Object value when value.Oid != update.New => new RefRefusal.WrongObject(update.Name, value.Claimed, update.New, state),
            _ => (RefRefusal?)null,
        };
        return disagreement
            ?? (candidates.Take(index).FirstOrDefault(newer => StandsAt(newer, update)) is { } reached ? new RefRefusal.WouldMoveBack(update.Name, reached) : null);
    }

    // Only the last candidate can be a released one, so whatever is newer than another candidate waits.
    private static bool StandsAt(RepositoryState newer, RefUpdate update) =>
        newer.Refs.GetValueOrDefault(update.Name) is DeclaredValue.Object { Oid: { } oid } && oid == update.Old;

    private static RefRefusal WithoutState(RefUpdate update) =>
        !update.IsDelete && IsUndeclaredPullRequest(update.Name, []) ? new RefRefusal.PullRequestBranch(update.Name) : new RefRefusal.NoState(update.Name);

    private static bool IsUndeclaredPullRequest(RefName name, IReadOnlyList<RepositoryState> candidates) =>
        name.Full.StartsWith(PullRequestBranches, StringComparison.Ordinal) && !candidates.Any(state => state.Refs.ContainsKey(name));

    private sealed record Verdict(RepositoryState? State, IReadOnlyList<RefRefusal> Refusals);
}
