using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>R30, R31, and the names of R28.</summary>
public class PullRequestTests
{
    private static readonly string Commit = Events.Hex('1');

    [Theory]
    [InlineData(EventKinds.PullRequest, 40, true)]
    [InlineData(EventKinds.PullRequest, 64, true)]
    [InlineData(EventKinds.PullRequestUpdate, 40, true)]
    [InlineData(EventKinds.PullRequest, 39, false)]
    [InlineData(EventKinds.PullRequest, 0, false)]
    [InlineData(EventKinds.Patch, 40, false)]
    public void R31_the_commit_has_40_or_64_digits(int kind, int digits, bool valid) =>
        Assert.Equal(valid, PullRequest.Parse(Events.Event(People.Alice, kind, 1, ["c", new string('a', digits)])) is PullRequestParse.Parsed);

    [Fact]
    public void R30_a_commit_is_required()
    {
        Assert.IsType<PullRequestParse.Malformed>(PullRequest.Parse(Events.Event(People.Alice, EventKinds.PullRequest, 1)));
        Assert.IsType<PullRequestParse.Malformed>(PullRequest.Parse(Events.Event(People.Alice, EventKinds.PullRequest, 1, ["c", Events.Hex('0')])));
        Assert.IsType<PullRequestParse.Malformed>(PullRequest.Parse(Events.Event(People.Alice, EventKinds.PullRequest, 1, ["c"])));
    }

    [Fact]
    public void R30_it_names_repositories_by_their_coordinates()
    {
        var alice = $"30617:{People.Alice.Hex}:a:b";
        var pullRequest = Events.PullRequest(
            People.Carol,
            Events.Oid('1'),
            ["a", alice],
            ["a", $"30617:{People.Bob.Hex}:x"],
            ["a", alice],
            ["a", $"30618:{People.Dave.Hex}:x"],
            ["a", "30617:nonsense:x"],
            ["a"],
            ["clone", "https://a/b.git", "https://c/d.git"],
            ["clone", "https://e/f.git"]);

        Assert.Equal([new RepositoryAddress(People.Alice, "a:b"), new RepositoryAddress(People.Bob, "x")], pullRequest.Repositories);
        Assert.Equal(["https://a/b.git", "https://c/d.git", "https://e/f.git"], pullRequest.Clone);
        Assert.Equal(Commit, pullRequest.Commit.Hex);
    }

    [Fact]
    public void R28_its_ref_is_named_by_the_events_id()
    {
        var id = Events.PullRequest(People.Carol, Events.Oid('1')).Event.Id;

        Assert.Equal($"refs/nostr/{id.Hex}", NostrRef.Of(id).Full);
        Assert.True(NostrRef.TryRead(NostrRef.Of(id), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("refs/nostr/abc", true)]
    [InlineData("refs/nostr/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("refs/nostr/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/x", true)]
    [InlineData("refs/heads/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("refs/nostrum/x", false)]
    public void R28_any_other_name_is_no_events_ref(string name, bool isInNamespace)
    {
        Assert.Equal(isInNamespace, NostrRef.Contains(Events.Ref(name)));
        Assert.False(NostrRef.TryRead(Events.Ref(name), out _));
    }
}
