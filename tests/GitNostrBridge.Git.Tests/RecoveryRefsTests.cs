using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Git.Tests;

public sealed class RecoveryRefsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly Scratch _scratch = new();

    private RefTransaction Transaction => new(_scratch.Git);

    private RecoveryRefs Recovery => new(_scratch.Git, Transaction, _time);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task What_no_ref_reaches_any_more_is_kept_and_goes_after_its_time()
    {
        var repository = await _scratch.HostAsync();
        var commit = _scratch.Commit("one");
        _scratch.Seed(repository, commit, "refs/heads/main");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/heads/main"), commit, Oid.Zero));

        var kept = Assert.Single(RecoveryRefs.List(repository));
        Assert.Equal((Scratch.Ref("refs/heads/main"), commit, _time.GetUtcNow()), (kept.Original, kept.Value, kept.LostAt));

        await Recovery.ExpireAsync(repository, _time.GetUtcNow(), CancellationToken.None);
        Assert.Single(RecoveryRefs.List(repository));
        await Recovery.ExpireAsync(repository, _time.GetUtcNow().AddSeconds(1), CancellationToken.None);
        Assert.Empty(RecoveryRefs.List(repository));
    }

    [Fact]
    public async Task What_another_ref_still_reaches_is_not_kept_and_neither_is_what_did_not_move()
    {
        var repository = await _scratch.HostAsync();
        var commit = _scratch.Commit("one");
        _scratch.Seed(repository, commit, "refs/heads/main");
        _scratch.Seed(repository, commit, "refs/heads/other");
        _scratch.Seed(repository, commit, "refs/tags/v1");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/heads/other"), commit, Oid.Zero));
        await Recovery.KeepAsync(repository, [new RefUpdate(Scratch.Ref("refs/tags/v1"), commit, Oid.Zero)], CancellationToken.None);
        Assert.Empty(RecoveryRefs.List(repository));
    }

    [Fact]
    public async Task Names_that_git_cannot_keep_side_by_side_are_kept_though_lost_in_one_second()
    {
        var repository = await _scratch.HostAsync();
        var (first, second) = (_scratch.Commit("one"), _scratch.Commit("two"));
        _scratch.Seed(repository, first, "refs/tags/a");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/tags/a"), first, Oid.Zero));
        _scratch.Seed(repository, second, "refs/tags/a/b");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/tags/a/b"), second, Oid.Zero));
        Assert.Equal(["refs/tags/a", "refs/tags/a/b"], RecoveryRefs.List(repository).Select(kept => kept.Original.Full).Order());
    }

    [Fact]
    public async Task What_was_lost_can_be_restored_under_its_name_or_another_and_overwrites_nothing()
    {
        var repository = await _scratch.HostAsync();
        var (lost, other) = (_scratch.Commit("one"), _scratch.Commit("two"));
        _scratch.Seed(repository, lost, "refs/heads/topic");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/heads/topic"), lost, Oid.Zero));
        var kept = Assert.Single(RecoveryRefs.List(repository));

        Assert.IsType<RefTransactionResult.Applied>(await Recovery.RestoreAsync(repository, kept, kept.Original, CancellationToken.None));
        Assert.Equal(lost, repository.ReadRefs().Refs[kept.Original]);
        Assert.Equal(kept, Assert.Single(RecoveryRefs.List(repository)));

        _scratch.Seed(repository, other, "refs/heads/taken");
        Assert.IsType<RefTransactionResult.Refused>(await Recovery.RestoreAsync(repository, kept, Scratch.Ref("refs/heads/taken"), CancellationToken.None));
        Assert.IsType<RefTransactionResult.Refused>(await Recovery.RestoreAsync(repository, kept, Scratch.Ref("refs/nostr/x"), CancellationToken.None));
        Assert.IsType<RefTransactionResult.Applied>(await Recovery.RestoreAsync(repository, kept, Scratch.Ref("refs/heads/again"), CancellationToken.None));
        Assert.Equal((other, lost), (repository.ReadRefs().Refs[Scratch.Ref("refs/heads/taken")], repository.ReadRefs().Refs[Scratch.Ref("refs/heads/again")]));
    }

    [Fact]
    public async Task What_has_been_let_go_is_not_restored()
    {
        var repository = await _scratch.HostAsync();
        var lost = _scratch.Commit("one");
        _scratch.Seed(repository, lost, "refs/heads/topic");
        await MoveAsync(repository, new RefUpdate(Scratch.Ref("refs/heads/topic"), lost, Oid.Zero));
        var kept = Assert.Single(RecoveryRefs.List(repository));
        await Recovery.ExpireAsync(repository, _time.GetUtcNow().AddSeconds(1), CancellationToken.None);

        Assert.IsType<RefTransactionResult.Refused>(await Recovery.RestoreAsync(repository, kept, kept.Original, CancellationToken.None));
        Assert.Empty(repository.ReadRefs().Refs);
    }

    private async Task MoveAsync(BareRepository repository, RefUpdate update)
    {
        Assert.IsType<RefTransactionResult.Applied>(await Transaction.ApplyAsync(repository, [update], CancellationToken.None));
        Assert.IsType<RefTransactionResult.Applied>(await Recovery.KeepAsync(repository, [update], CancellationToken.None));
    }
}
