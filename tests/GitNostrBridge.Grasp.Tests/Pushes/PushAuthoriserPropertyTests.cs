using CsCheck;
using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>Random states and pushes over three branches and two tags, few enough objects that they often meet.</summary>
public class PushAuthoriserPropertyTests
{
    private static readonly string[] Names = ["main", "topic", "pr/1", "v1", "v2"];

    private static readonly Gen<string> State =
        from kind in OneOf("held", "held", "released")
        from values in OneOf("", "1", "2", "3", "abc", "ref:_refs/heads/x").Array[Names.Length]
        select string.Join(' ', Names.Zip(values).Where(pair => pair.Second.Length > 0).Select(pair => $"{pair.First}={pair.Second}").Prepend(kind));

    private static readonly Gen<string> Push =
        from mask in Gen.Bool.Array[Names.Length]
        from old in OneOf('0', '1', '2', '3').Array[Names.Length]
        from next in OneOf('0', '1', '2', '3').Array[Names.Length]
        select string.Join(' ', Names.Select((name, index) => $"{name}:{old[index]}>{next[index]}").Where((_, index) => mask[index]));

    // At most one released state, as there is one standing for an owner.
    private static readonly Gen<(string States, string Push)> Scene =
        Gen.Select(State.Array[0, 4].Where(states => states.Count(state => state.StartsWith("released", StringComparison.Ordinal)) <= 1), Push)
            .Select((states, push) => (string.Join('|', states), push));

    [Fact]
    public void An_authorised_push_leaves_only_what_one_state_declares() => Scene.Sample(
        scene =>
        {
            var there = new PushScene(scene.States);
            if (there.Decide(scene.Push) is not PushDecision.Authorised { By: { } by } authorised)
            {
                return;
            }

            Assert.Contains(by, there.Candidates);
            Assert.All(authorised.Updates.Where(update => !update.IsNoOp), update => Assert.True(IsDeclared(by, update), update.ToString()));
        },
        iter: 20_000);

    [Fact]
    public void An_authorised_push_moves_nothing_away_from_where_a_newer_state_wants_it() => Scene.Sample(
        scene =>
        {
            var there = new PushScene(scene.States);
            if (there.Decide(scene.Push) is PushDecision.Authorised { By: { } by } authorised)
            {
                Assert.All(there.Candidates.TakeWhile(state => state != by), newer =>
                    Assert.DoesNotContain(authorised.Updates, update => !update.IsNoOp && !update.Old.IsZero && IsDeclared(newer, update with { New = update.Old })));
            }
        },
        iter: 20_000);

    [Fact]
    public void A_refused_push_agrees_with_no_state_and_is_answered_for_every_ref() => Scene.Sample(
        scene =>
        {
            var there = new PushScene(scene.States);
            var push = PushScene.Updates(scene.Push);
            if (there.Decide(scene.Push) is PushDecision.Refused refused)
            {
                Assert.Equal(push.Select(update => update.Name), refused.Refusals.Select(refusal => refusal.Name));
                Assert.Contains(refused.Refusals, refusal => refusal is not RefRefusal.NotAlone);
                Assert.False(there.Candidates.Count > 0 && push.All(update => update.IsNoOp || IsDeclared(there.Candidates[0], update)));
            }
        },
        iter: 20_000);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    // The plain meaning of R16, said without the authoriser's own words.
    private static bool IsDeclared(RepositoryState state, RefUpdate update) =>
        state.Refs.TryGetValue(update.Name, out var value) ? value is DeclaredValue.Object declared && declared.Claimed == update.New.Hex : update.IsDelete;
}
