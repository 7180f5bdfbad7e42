using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>R11 and R13.</summary>
public class RepositoryStateTests
{
    private static readonly string One = Events.Hex('1');

    [Fact]
    public void Branches_and_tags_are_read_with_their_first_value()
    {
        var state = Events.State(People.Alice, 1, ["refs/heads/main", One, "its-parent"], ["refs/tags/v1", Events.Hex('2')]);

        Assert.Equal(new DeclaredValue.Object(One, Events.Oid('1')), state.Refs[Events.Ref("refs/heads/main")]);
        Assert.Equal(new DeclaredValue.Object(Events.Hex('2'), Events.Oid('2')), state.Refs[Events.Ref("refs/tags/v1")]);
    }

    [Fact]
    public void Peeled_tags_and_other_namespaces_are_ignored()
    {
        var state = Events.State(People.Alice, 1, ["refs/tags/v1", One], ["refs/tags/v1^{}", "x"], ["refs/notes/commits", One], ["refs/nostr/x y", One], ["refs/heads", One]);

        Assert.Equal([Events.Ref("refs/tags/v1")], state.Refs.Keys);
    }

    [Theory]
    [InlineData("refs/heads/")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a..b")]
    [InlineData("refs/heads/.a")]
    [InlineData("refs/heads/a.lock")]
    [InlineData("refs/heads/a\nb")]
    [InlineData("refs/tags/a^")]
    [InlineData("refs/tags/v1^{}x")]
    [InlineData("refs/heads/../../config")]
    public void A_name_that_git_would_refuse_makes_the_event_malformed(string name) => Assert.IsType<StateParse.Malformed>(Parse([name, One]));

    [Theory]
    [InlineData("refs/heads/a", "refs/heads/a/b")]
    [InlineData("refs/heads/a/b/c", "refs/heads/a")]
    public void Names_that_git_cannot_keep_together_make_the_event_malformed(string first, string second) =>
        Assert.IsType<StateParse.Malformed>(Parse([first, One], [second, One]));

    [Fact]
    public void One_name_with_two_values_is_malformed_and_with_the_same_twice_is_not()
    {
        Assert.IsType<StateParse.Malformed>(Parse(["refs/heads/main", One], ["refs/heads/main", Events.Hex('2')]));
        Assert.IsType<StateParse.Parsed>(Parse(["refs/heads/main", One], ["refs/heads/main", One]));
    }

    [Fact]
    public void The_identifier_and_the_kind_are_required()
    {
        Assert.IsType<StateParse.Malformed>(RepositoryState.Parse(Events.Event(People.Alice, EventKinds.RepositoryState, 1, ["refs/heads/main", One])));
        Assert.IsType<StateParse.Malformed>(RepositoryState.Parse(Events.Event(People.Alice, EventKinds.RepositoryAnnouncement, 1, ["d", "x"])));
    }

    [Fact]
    public void A_symbolic_value_is_not_checked()
    {
        var state = Events.State(People.Alice, 1, ["refs/heads/alias", "ref: refs/heads/main"], ["refs/heads/main", One]);

        Assert.Equal(new DeclaredValue.Symbolic("refs/heads/main"), state.Refs[Events.Ref("refs/heads/alias")]);
        Assert.True(state.TryGetNeededOids(out var oids));
        Assert.Equal([Events.Oid('1')], oids);
    }

    [Theory]
    [InlineData("ref: refs/heads/main", "refs/heads/main")]
    [InlineData("ref: refs/heads/absent", "refs/heads/absent")]
    [InlineData("ref: refs/tags/v1", null)]
    [InlineData("ref: refs/heads/a..b", null)]
    [InlineData("refs/heads/main", null)]
    [InlineData("1111111111111111111111111111111111111111", null)]
    public void Head_is_a_branch(string value, string? branch) => Assert.Equal(branch, Events.State(People.Alice, 1, ["HEAD", value]).Head?.Full);

    [Fact]
    public void No_head_is_no_branch() => Assert.Null(Events.State(People.Alice, 1).Head);

    [Theory]
    [InlineData("abc123")]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Nonsense_ids_are_admitted_and_can_never_be_satisfied(string id)
    {
        var state = Events.State(People.Alice, 1, ["refs/heads/main", id], ["refs/heads/other", One]);

        Assert.False(state.TryGetNeededOids(out _));
        Assert.Equal(new DeclaredValue.Object(id, null), state.Refs[Events.Ref("refs/heads/main")]);
    }

    [Fact]
    public void A_ref_without_value_can_never_be_satisfied() => Assert.False(Events.State(People.Alice, 1, ["refs/heads/main"]).TryGetNeededOids(out _));

    [Fact]
    public void Needed_objects_are_told_once_and_may_be_sha256()
    {
        var long256 = new string('a', 64);
        var state = Events.State(People.Alice, 1, ["refs/heads/main", One], ["refs/heads/same", One], ["refs/tags/v1", long256]);

        Assert.True(state.TryGetNeededOids(out var oids));
        Assert.Equal([One, long256], oids.Select(oid => oid.Hex).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void R13_a_state_without_any_ref_tracks_none()
    {
        Assert.False(Events.State(People.Alice, 1, ["HEAD", "ref: refs/heads/main"]).TracksRefs);
        Assert.False(Events.State(People.Alice, 1, ["refs/tags/v1^{}", One], ["refs/notes/x", One]).TracksRefs);
        Assert.True(Events.State(People.Alice, 1, ["refs/heads/main", "abc123"]).TracksRefs);
    }

    [Fact]
    public void R15_on_a_tie_the_lower_id_is_newer()
    {
        var first = Events.State(People.Alice, 5, ["refs/heads/main", One]);
        var second = Events.State(People.Alice, 5, ["refs/heads/main", Events.Hex('2')]);
        var (lower, higher) = first.Event.Id < second.Event.Id ? (first, second) : (second, first);

        Assert.True(lower.IsNewerThan(higher));
        Assert.False(higher.IsNewerThan(lower));
        Assert.False(lower.IsNewerThan(lower));
        Assert.True(Events.State(People.Alice, 6).IsNewerThan(lower));
    }

    private static StateParse Parse(params string[][] tags) => RepositoryState.Parse(Events.Event(People.Alice, EventKinds.RepositoryState, 1, [["d", "x"], .. tags]));
}
