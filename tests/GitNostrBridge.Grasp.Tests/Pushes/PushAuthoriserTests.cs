using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp.Tests;

public class PushAuthoriserTests
{
    private const string SomeEvent = "refs/nostr/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

    [Theory]
    [InlineData("a new branch as declared", "held main=1", "main:0>1", "1")]
    [InlineData("a tag as declared", "held main=1 v1=2", "main:0>1 v1:0>2", "1")]
    [InlineData("a fast or any other move to what is declared", "held main=2", "main:5>2", "1")]
    [InlineData("refs that the push leaves out may stay behind", "held main=1 topic=2 v1=3", "topic:0>2", "1")]
    [InlineData("the deletion of what is not declared", "held main=1", "old:4>0", "1")]
    [InlineData("one branch moved and another deleted", "released main=1 old=4 | held main=2", "main:1>2 old:4>0", "2")]
    [InlineData("what stands may be pushed again", "released main=1", "main:4>1", "1")]
    [InlineData("no-op updates inside another push", "held main=2", "other:7>7 main:1>2", "1")]
    [InlineData("no state", "", "main:0>1", "NoState")]
    [InlineData("no state for a deletion", "", "main:1>0", "NoState")]
    [InlineData("another commit", "held main=1", "main:0>2", "WrongObject")]
    [InlineData("an undeclared new ref", "held main=1", "topic:0>1", "Undeclared")]
    [InlineData("an undeclared tag", "held main=1", "v1:0>1", "Undeclared")]
    [InlineData("the deletion of a declared ref", "held main=1", "main:1>0", "DeclaredDeletion")]
    [InlineData("the old value does not authorise", "released main=1 | held main=2", "main:1>3", "WrongObject")]
    [InlineData("a commit is declared for another ref", "held main=1 topic=2", "main:0>2 topic:0>1", "WrongObject WrongObject")]
    [InlineData("one that is wrong refuses all", "held main=1 topic=2", "main:0>1 topic:0>3", "NotAlone WrongObject")]
    [InlineData("no-op updates are refused with the others", "held main=1", "other:7>7 main:0>2", "NotAlone WrongObject")]
    [InlineData("a nonsense id authorises nothing", "held main=abc123", "main:0>1", "WrongObject")]
    [InlineData("a nonsense id protects from deletion", "held main=abc123", "main:1>0", "DeclaredDeletion")]
    [InlineData("a declared zero id authorises no deletion", "held main=0", "main:1>0", "DeclaredDeletion")]
    public void R16_every_update_agrees_with_a_state(string what, string states, string push, string expected) => AssertDecision(what, states, push, expected);

    [Theory]
    [InlineData("not written", "held main=1 alias=ref:_refs/heads/main", "alias:0>1", "Symbolic")]
    [InlineData("not deleted", "held main=1 alias=ref:_refs/heads/main", "alias:1>0", "Symbolic")]
    [InlineData("no hindrance for others", "held main=1 alias=ref:_refs/heads/main", "main:0>1", "1")]
    public void R11_a_symbolic_ref_is(string what, string states, string push, string expected) => AssertDecision(what, states, push, expected);

    [Theory]
    [InlineData("the newest that agrees is taken", "held main=1 | held main=1 topic=2", "main:0>1", "2")]
    [InlineData("an older waiting one may still be pushed", "held main=1 | held main=2", "main:0>1", "1")]
    [InlineData("and after it the newer", "released main=1 | held main=2", "main:1>2", "2")]
    [InlineData("half by one and half by another is refused", "held main=1 topic=1 | held main=2 topic=2", "main:0>1 topic:0>2", "WrongObject NotAlone")]
    [InlineData("a stale state never moves refs back", "held main=1 | released main=2", "main:2>1", "WrongObject")]
    [InlineData("nor deletes", "held main=1 | released main=2 topic=3", "topic:3>0", "DeclaredDeletion")]
    [InlineData("an older waiting one does not move what stands where a newer wants it", "held main=1 | held main=2", "main:2>1", "WrongObject")]
    [InlineData("nor does what stands", "released main=1 | held main=2 topic=2", "main:2>1", "WrongObject")]
    [InlineData("nor delete it", "held main=1 | held main=1 topic=2", "topic:2>0", "DeclaredDeletion")]
    [InlineData("the refusal that explains best", "held main=1 topic=2 | held main=3 topic=4 x=5", "main:3>1 topic:0>2", "WouldMoveBack NotAlone")]
    [InlineData("a ref at no waiting value may be moved by the older", "held main=1 | held main=2", "main:7>1", "1")]
    [InlineData("a ref that only the older declares may be made by it", "held main=1 topic=2 | held main=3", "main:0>1 topic:0>2", "1")]
    [InlineData("on a tie of refusals the newest explains", "held main=1 | held x=2", "main:0>3", "Undeclared")]
    public void R16_of_several_states(string what, string states, string push, string expected) => AssertDecision(what, states, push, expected);

    [Theory]
    [InlineData("released")]
    [InlineData("held")]
    public void R13_a_state_without_refs_authorises_no_deletion(string how) => AssertDecision("wipe", how, "main:1>0", "NoState");

    [Theory]
    [InlineData("", "")]
    [InlineData("", "main:1>1")]
    [InlineData("held main=2", "main:1>1 v1:3>3")]
    [InlineData("", "refs/notes/commits:1>1")]
    [InlineData("", "refs/nostr/nonsense:1>1")]
    public void R17_nothing_asked_when_nothing_changes(string states, string push) => AssertDecision("no-op", states, push, "nothing");

    [Theory]
    [InlineData("notes", "held main=1", "refs/notes/commits:0>1", "NamespaceRefused")]
    [InlineData("deleting elsewhere", "held main=1", "refs/pull/1:1>0", "NamespaceRefused")]
    [InlineData("beside a good branch", "held main=1", "main:0>1 refs/pull/1:0>1", "NotAlone NamespaceRefused")]
    [InlineData("hidden recovery refs", "held main=1", "refs/recovery/main:0>1", "NamespaceRefused")]
    [InlineData("undeclared pr branch", "held main=1", "pr/7:0>1", "PullRequestBranch")]
    [InlineData("pr branch without any state", "", "pr/7:0>1", "PullRequestBranch")]
    [InlineData("declared pr branch", "held main=1 pr/7=2", "pr/7:0>2", "1")]
    [InlineData("declared pr branch, another commit", "held main=1 pr/7=2", "pr/7:0>3", "WrongObject")]
    [InlineData("declared by an older state only", "held pr/7=2 | held main=1", "pr/7:0>3", "Undeclared")]
    [InlineData("deleting an undeclared pr branch", "held main=1", "pr/7:2>0", "1")]
    [InlineData("only a branch is meant", "held main=1", "refs/tags/pr/7:0>1", "Undeclared")]
    public void R18_other_refs(string what, string states, string push, string expected) => AssertDecision(what, states, push, expected);

    [Theory]
    [InlineData("before its event", SomeEvent + ":0>1", "nostr")]
    [InlineData("a placeholder again", SomeEvent + ":1>1", "nothing")]
    [InlineData("a placeholder with another commit", SomeEvent + ":1>2", "NostrWrongCommit")]
    [InlineData("R29: its deletion", SomeEvent + ":1>0", "NostrDeletion")]
    [InlineData("no event's id", "refs/nostr/abc:0>1", "NostrNameInvalid")]
    [InlineData("below an event's id", SomeEvent + "/x:0>1", "NostrNameInvalid")]
    public void R28_a_pull_requests_ref(string what, string push, string expected)
    {
        AssertDecision(what, "", push, expected);
        AssertDecision(what, "released main=1", push, expected);
    }

    [Fact]
    public void R28_a_known_event_wants_its_own_commit()
    {
        var pullRequest = Events.PullRequest(People.Carol, Events.Oid('1'));
        var name = NostrRef.Of(pullRequest.Event.Id);
        var scene = new PushScene("");

        Assert.Equal("nostr", scene.Tell(Decide(scene, '0', '1')));
        Assert.Equal("nostr", scene.Tell(Decide(scene, '7', '1')));
        Assert.Equal("NostrDeletion", scene.Tell(Decide(scene, '1', '0')));
        var refusal = Assert.Single(Assert.IsType<PushDecision.Refused>(Decide(scene, '0', '2')).Refusals);
        Assert.Equal(new RefRefusal.NostrWrongCommit(name, Events.Oid('1'), Events.Oid('2')), refusal);

        PushDecision Decide(PushScene there, char old, char next) =>
            there.Decide([new RefUpdate(name, Events.Oid(old), Events.Oid(next))], acceptPlaceholders: false, pullRequest);
    }

    [Fact]
    public void R28_without_placeholders_an_unknown_event_is_refused()
    {
        var scene = new PushScene("");

        Assert.Equal("NostrUnknown", scene.Tell(scene.Decide(PushScene.Updates(SomeEvent + ":0>1"), acceptPlaceholders: false)));
    }

    [Theory]
    [InlineData("main:0>1 " + SomeEvent + ":0>2", "1")]
    [InlineData("main:0>3 " + SomeEvent + ":0>2", "WrongObject NotAlone")]
    [InlineData("main:0>1 " + SomeEvent + ":2>0", "NotAlone NostrDeletion")]
    [InlineData("main:0>3 " + SomeEvent + ":2>0 v1:0>1", "WrongObject NostrDeletion Undeclared")]
    public void Branches_and_pull_requests_may_be_mixed(string push, string expected) => AssertDecision("mixed", "held main=1", push, expected);

    [Fact]
    public void A_refusal_says_what_was_expected_and_by_which_state()
    {
        var scene = new PushScene("held main=1");
        var refused = Assert.IsType<PushDecision.Refused>(scene.Decide("main:0>2"));

        Assert.Equal([new RefRefusal.WrongObject(Events.Ref("refs/heads/main"), Events.Hex('1'), Events.Oid('2'), scene.Candidates[0])], refused.Refusals);
    }

    [Fact]
    public void A_refusal_names_the_newer_state_that_would_be_undone()
    {
        var scene = new PushScene("held main=1 topic=2 | held main=3 topic=4 x=5");
        var refused = Assert.IsType<PushDecision.Refused>(scene.Decide("main:3>1 topic:0>2"));

        Assert.Equal(new RefRefusal.WouldMoveBack(Events.Ref("refs/heads/main"), scene.Candidates[0]), refused.Refusals[0]);
    }

    [Fact]
    public void R19_every_update_of_a_refused_push_is_answered_in_order()
    {
        var push = PushScene.Updates("z:1>1 main:0>2 a:0>1 refs/pull/1:0>1");
        var refused = Assert.IsType<PushDecision.Refused>(new PushScene("held main=1").Decide(push, acceptPlaceholders: true));

        Assert.Equal(push.Select(update => update.Name), refused.Refusals.Select(refusal => refusal.Name));
    }

    [Fact]
    public void An_authorised_push_is_handed_on_whole()
    {
        var push = PushScene.Updates("z:1>1 main:0>1");

        Assert.Equal(push, Assert.IsType<PushDecision.Authorised>(new PushScene("held main=1").Decide(push, acceptPlaceholders: true)).Updates);
    }

    [Fact]
    public void A_repository_that_nobody_owns_takes_nothing()
    {
        var scene = new PushScene("held main=1");
        var snapshot = RepositorySnapshot.Of(Events.Identifier, Events.Here, MaintainerModel.Reciprocal, [], [.. scene.Candidates], [], []);

        Assert.IsType<PushDecision.Refused>(PushAuthoriser.Decide(
            People.Alice, PushScene.Updates("main:0>1"), snapshot, new Dictionary<Nostr.EventId, PullRequest>(), acceptPlaceholders: true));
    }

    private static void AssertDecision(string what, string states, string push, string expected)
    {
        var scene = new PushScene(states);
        Assert.True(expected == scene.Tell(scene.Decide(push)), $"{what}: expected {expected}, got {scene.Tell(scene.Decide(push))}");
    }
}
