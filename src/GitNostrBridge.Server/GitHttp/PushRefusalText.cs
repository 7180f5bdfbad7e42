using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Why a push was refused, in words for the person who pushed: what was expected, what was got, what to do next (R19).</summary>
internal static class PushRefusalText
{
    private const int MostRefLines = 3;

    private const string NextCommand = "next: sign a state that says what you want to push (`gitnostrbridge publish`, or `ngit push`), then push again";

    /// <summary>The reason of each ref of the push, for its `ng` line.</summary>
    public static IReadOnlyDictionary<RefName, string> Reasons(PushDecision.Refused refused) => refused.Refusals.ToDictionary(refusal => refusal.Name, Reason);

    /// <summary>At most five lines for side-band 2.</summary>
    public static IReadOnlyList<string> Lines(PushDecision.Refused refused)
    {
        var telling = refused.Refusals.Where(refusal => refusal is not RefRefusal.NotAlone).ToList();
        var lines = telling.Take(MostRefLines).Select(refusal => $"{refusal.Name}: {Reason(refusal)}").ToList();
        if (telling.Count > MostRefLines)
        {
            lines.Add($"... and {telling.Count - MostRefLines} more refs");
        }

        lines.Add(Advice(telling));
        return lines;
    }

    /// <summary>What git itself has against a ref, in words.</summary>
    public static string OfGit(string reason) => reason switch
    {
        "shallow update not allowed" => "your clone is shallow and what it leaves out is not here: `git fetch --unshallow`, then push again",
        "failed to update ref" or "reference already exists" or "incorrect old value provided" => "the ref has moved meanwhile: fetch, then push again",
        _ => reason,
    };

    private static string Reason(RefRefusal refusal) => refusal switch
    {
        RefRefusal.NoState => "no maintainer has signed a state of this repository",
        RefRefusal.WrongObject wrong => $"expected {Short(wrong.Expected)}, got {Short(wrong.Got.Hex)} ({Words(wrong.State)})",
        RefRefusal.Undeclared undeclared => $"not declared ({Words(undeclared.State)})",
        RefRefusal.DeclaredDeletion deletion => $"declared, so it may not be deleted ({Words(deletion.State)})",
        RefRefusal.Symbolic symbolic => $"declared as symbolic, so it may not be pushed ({Words(symbolic.State)})",
        RefRefusal.WouldMoveBack back => $"stands where a newer state wants it ({Words(back.Newer)})",
        RefRefusal.PullRequestBranch => "branches pr/* are made by pull requests: send a pull request event (kind 1618) instead",
        RefRefusal.NamespaceRefused => "only refs/heads/, refs/tags/ and refs/nostr/ are kept here",
        RefRefusal.NostrNameInvalid => "expected refs/nostr/ and the 64 hex digits of an event id",
        RefRefusal.NostrDeletion => "a pull request's ref is not deleted by a push",
        RefRefusal.NostrWrongCommit wrong => $"expected {Short(wrong.Expected.Hex)}, got {Short(wrong.Got.Hex)} (a changed pull request is an event of its own)",
        RefRefusal.NostrUnknown => "no pull request with this id is known, and too many wait for theirs: send the event first",
        RefRefusal.NotAlone => "refused with the rest of this push",
        _ => throw new InvalidOperationException(refusal.ToString()),
    };

    private static string Advice(List<RefRefusal> refusals) =>
        refusals.All(refusal => refusal is RefRefusal.NamespaceRefused or RefRefusal.NostrNameInvalid or RefRefusal.NostrDeletion)
            ? "next: push only branches, tags and refs/nostr/<event id>, for example `git push <url> main`"
            : refusals.All(refusal => refusal is RefRefusal.PullRequestBranch or RefRefusal.NostrUnknown or RefRefusal.NostrWrongCommit)
                ? "next: send the pull request's event, then push its commit to refs/nostr/<event id>"
                : refusals.Any(refusal => refusal is RefRefusal.WouldMoveBack)
                    ? "next: fetch, then push what the newest state declares"
                    : NextCommand;

    private static string Words(RepositoryState state) =>
        $"state {EventWords.Short(state.Event.Id.Hex)} of {state.Author.ToNpub()[..12]}";

    private static string Short(string id) => id.Length > 10 ? id[..10] : id;
}
