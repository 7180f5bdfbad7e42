using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>
/// A push to Alice's repository, written short. States, oldest first, parted by `|`: `held main=1 v1=2`, `released …` for the one that stands.
/// Pushes: `main:1>2 topic:0>3`, old and new by one digit, 0 for absent. `vN` is a tag, other short names are branches.
/// </summary>
internal sealed class PushScene
{
    private readonly RepositoryState[] _states;
    private readonly RepositorySnapshot _snapshot;

    public PushScene(string states)
    {
        var parts = states.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _states = [.. parts.Select((part, index) => State(index + 1, part.Split(' ')[1..]))];
        var released = _states.Where((_, index) => parts[index].StartsWith("released", StringComparison.Ordinal)).ToList();
        _snapshot = RepositorySnapshot.Of(
            Events.Identifier,
            Events.Here,
            MaintainerModel.Reciprocal,
            [new(Events.Listing(People.Alice, 1, ["m", People.Bob.Hex]), false), new(Events.Announcement(People.Bob, 1, ["m", People.Alice.Hex]), false)],
            [.. _states.Except(released)],
            released,
            [.. released.Select(state => Events.Standing(People.Alice, state))]);
    }

    public IReadOnlyList<RepositoryState> Candidates => _snapshot.CandidatesFor(People.Alice);

    public PushDecision Decide(IReadOnlyList<RefUpdate> updates, bool acceptPlaceholders, params PullRequest[] known) =>
        PushAuthoriser.Decide(People.Alice, updates, _snapshot, known.ToDictionary(pullRequest => pullRequest.Event.Id), acceptPlaceholders);

    public PushDecision Decide(string push) => Decide(Updates(push), acceptPlaceholders: true);

    /// <summary>`nothing`; `nostr`; the state's place, oldest first from 1; or the refusals in the order of the push.</summary>
    public string Tell(PushDecision decision) => decision switch
    {
        PushDecision.NothingToDo => "nothing",
        PushDecision.Authorised { By: null } => "nostr",
        PushDecision.Authorised authorised => $"{Array.IndexOf(_states, authorised.By) + 1}",
        PushDecision.Refused refused => string.Join(' ', refused.Refusals.Select(refusal => refusal.GetType().Name)),
        _ => throw new InvalidOperationException(),
    };

    public static RefUpdate[] Updates(string push) =>
        [.. push.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(update => update.Split(':', '>')).Select(parts =>
            new RefUpdate(Events.Ref(FullName(parts[0])), Events.Oid(parts[1][0]), Events.Oid(parts[2][0])))];

    // Authors take turns, because each author's newer state would replace his older one.
    private static RepositoryState State(int place, string[] refs) => Events.State(
        place % 2 == 0 ? People.Bob : People.Alice,
        place,
        [.. refs.Select(part => part.Split('=')).Select(parts => (string[])[FullName(parts[0]), parts[1].Length == 1 ? Events.Hex(parts[1][0]) : parts[1].Replace('_', ' ')])]);

    private static string FullName(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal) ? name : name[0] == 'v' ? $"refs/tags/{name}" : $"refs/heads/{name}";
}
