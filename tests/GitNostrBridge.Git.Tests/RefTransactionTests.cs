namespace GitNostrBridge.Git.Tests;

public sealed class RefTransactionTests
{
    [Fact]
    public async Task Refs_are_made_moved_and_deleted_together()
    {
        using var stage = await Stage.SetAsync();
        await stage.ApplyAsync(Move("main", Oid.Zero, stage.One), Move("gone", Oid.Zero, stage.One), Move("😀", Oid.Zero, stage.Two));
        await stage.ApplyAsync(Move("main", stage.One, stage.Two), Move("gone", stage.One, Oid.Zero), Move("😀", stage.Two, stage.Two), Move("none", Oid.Zero, Oid.Zero));
        Assert.Equal(["refs/heads/main", "refs/heads/😀"], stage.Names());
        Assert.All(stage.Repository.ReadRefs().Refs.Values, value => Assert.Equal(stage.Two, value));
        await stage.ApplyAsync();
    }

    [Fact]
    public async Task One_wrong_old_value_leaves_all_as_it_was()
    {
        using var stage = await Stage.SetAsync();
        await stage.ApplyAsync(Move("main", Oid.Zero, stage.One), Move("other", Oid.Zero, stage.One));
        await stage.RefusedAsync(Move("main", stage.One, stage.Two), Move("other", stage.Two, stage.One));
        await stage.RefusedAsync(Move("main", stage.One, stage.Two), Move("other", Oid.Zero, stage.Two));
        await stage.RefusedAsync(Move("main", stage.One, stage.Two), Move("absent", stage.One, Oid.Zero));
        await stage.RefusedAsync(Move("main", stage.One, stage.Two), Move("other", stage.Two, stage.Two));
        await stage.RefusedAsync(Move("main", stage.One, stage.Two), Move("new", Oid.Zero, Scratch.Id(new string('1', 40))));
        var heads = stage.Repository.ReadRefs().Refs.Where(entry => entry.Key.IsBranch).ToList();
        Assert.Equal(2, heads.Count);
        Assert.All(heads, head => Assert.Equal(stage.One, head.Value));
    }

    [Fact]
    public async Task A_branch_may_give_way_to_a_folder_of_branches_and_back()
    {
        using var stage = await Stage.SetAsync();
        await stage.ApplyAsync(Move("a", Oid.Zero, stage.One), Move("b/c/d", Oid.Zero, stage.One));
        await stage.ApplyAsync(Move("a", stage.One, Oid.Zero), Move("a/b/c", Oid.Zero, stage.Two), Move("b", Oid.Zero, stage.Two), Move("b/c/d", stage.One, Oid.Zero));
        Assert.Equal(["refs/heads/a/b/c", "refs/heads/b"], stage.Names());
    }

    [Fact]
    public async Task A_branch_that_gave_way_comes_back_when_the_rest_is_refused()
    {
        using var stage = await Stage.SetAsync();
        await stage.ApplyAsync(Move("a", Oid.Zero, stage.One), Move("main", Oid.Zero, stage.One));
        await stage.RefusedAsync(Move("a", stage.One, Oid.Zero), Move("a/b", Oid.Zero, stage.Two), Move("main", stage.Two, stage.One));
        await stage.RefusedAsync(Move("a", stage.Two, Oid.Zero), Move("a/b", Oid.Zero, stage.Two));
        Assert.Equal(["refs/heads/a", "refs/heads/main"], stage.Names());
        Assert.Equal(stage.One, stage.Repository.ReadRefs().Refs[Scratch.Ref("refs/heads/a")]);
    }

    [Fact]
    public async Task Head_goes_to_a_branch_and_nowhere_else()
    {
        using var stage = await Stage.SetAsync();
        var transaction = new RefTransaction(stage.Scratch.Git);
        Assert.IsType<RefTransactionResult.Applied>(await transaction.SetHeadAsync(stage.Repository, Scratch.Ref("refs/heads/trunk"), CancellationToken.None));
        Assert.IsType<RefTransactionResult.Refused>(await transaction.SetHeadAsync(stage.Repository, Scratch.Ref("refs/tags/v1"), CancellationToken.None));
        Assert.Equal(Scratch.Ref("refs/heads/trunk"), stage.Repository.ReadRefs().Head);
    }

    private static RefUpdate Move(string branch, Oid old, Oid @new) => new(Scratch.Ref($"refs/heads/{branch}"), old, @new);

    private sealed class Stage : IDisposable
    {
        private Stage(Scratch scratch, BareRepository repository)
        {
            Scratch = scratch;
            Repository = repository;
            One = scratch.Commit("one");
            Two = scratch.Commit("two");
            scratch.Seed(repository, Two, "refs/recovery/all");
        }

        public Scratch Scratch { get; }

        public BareRepository Repository { get; }

        public Oid One { get; }

        public Oid Two { get; }

        public static async Task<Stage> SetAsync()
        {
            var scratch = new Scratch();
            return new Stage(scratch, await scratch.HostAsync());
        }

        public async Task ApplyAsync(params RefUpdate[] updates) =>
            Assert.Equal(new RefTransactionResult.Applied(), await new RefTransaction(Scratch.Git).ApplyAsync(Repository, updates, CancellationToken.None));

        public async Task RefusedAsync(params RefUpdate[] updates) =>
            Assert.NotEmpty(Assert.IsType<RefTransactionResult.Refused>(await new RefTransaction(Scratch.Git).ApplyAsync(Repository, updates, CancellationToken.None)).Reason);

        public IEnumerable<string> Names() => Repository.ReadRefs().Refs.Keys.Where(name => name.IsBranch).Order().Select(name => name.Full);

        public void Dispose() => Scratch.Dispose();
    }
}
