namespace GitNostrBridge.Git.Tests;

public sealed class BareRepositoryTests
{
    [Fact]
    public async Task Refs_are_what_git_says_packed_or_loose()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        scratch.Seed(repository, one, "refs/heads/main");
        scratch.Seed(repository, two, "refs/heads/thème/😀");
        scratch.Run("--git-dir", repository.Path, "pack-refs", "--all");
        scratch.Seed(repository, two, "refs/heads/main");
        scratch.Seed(repository, one, "refs/recovery/1");
        scratch.Run("--git-dir", repository.Path, "symbolic-ref", "refs/heads/alias", "refs/heads/main");
        scratch.Run("--git-dir", repository.Path, "symbolic-ref", "HEAD", "refs/heads/elsewhere");

        var snapshot = repository.ReadRefs();
        Assert.Equal(Scratch.Ref("refs/heads/elsewhere"), snapshot.Head);
        Assert.Equal(
            new Dictionary<RefName, Oid>
            {
                [Scratch.Ref("refs/heads/main")] = two,
                [Scratch.Ref("refs/heads/thème/😀")] = two,
                [Scratch.Ref("refs/recovery/1")] = one,
            },
            snapshot.Refs);
    }

    [Fact]
    public async Task A_detached_head_is_no_branch()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        scratch.Seed(repository, tip, "refs/heads/main");
        scratch.Run("--git-dir", repository.Path, "update-ref", "--no-deref", "HEAD", tip.Hex);
        Assert.Null(repository.ReadRefs().Head);
    }

    [Fact]
    public async Task Symbolic_refs_in_a_loop_or_a_long_chain_and_what_is_broken_are_passed_over()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var (tip, old) = (scratch.Commit("one"), scratch.Commit("two"));
        foreach (var name in (string[])["main", "loose", "hidden"])
        {
            scratch.Seed(repository, tip, $"refs/heads/{name}");
        }

        scratch.Run("--git-dir", repository.Path, "pack-refs", "--all");
        scratch.Seed(repository, old, "refs/heads/loose");
        var heads = Directory.CreateDirectory(Path.Combine(repository.Path, "refs", "heads")).FullName;
        await File.WriteAllTextAsync(Path.Combine(heads, "self"), "ref: refs/heads/self\n");
        await File.WriteAllTextAsync(Path.Combine(heads, "here"), "ref: refs/heads/there\n");
        await File.WriteAllTextAsync(Path.Combine(heads, "there"), "ref: refs/heads/here\n");
        await File.WriteAllTextAsync(Path.Combine(heads, "hidden"), "");
        File.CreateSymbolicLink(Path.Combine(heads, "link"), "refs/heads/link");
        var tags = Directory.CreateDirectory(Path.Combine(repository.Path, "refs", "tags")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(tags, "circle"), tags);
        for (var number = 0; number < 2_000; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(heads, $"chain-{number}"), $"ref: refs/heads/chain-{number + 1}\n");
        }

        scratch.Run("--git-dir", repository.Path, "symbolic-ref", "HEAD", "refs/heads/self");

        var snapshot = repository.ReadRefs();
        Assert.Equal(Scratch.Ref("refs/heads/self"), snapshot.Head);
        Assert.Equal(new Dictionary<RefName, Oid> { [Scratch.Ref("refs/heads/main")] = tip, [Scratch.Ref("refs/heads/loose")] = old }, snapshot.Refs);
        Assert.Throws<FileNotFoundException>(() => new BareRepository(scratch.Work).ReadRefs());
    }

    [Fact]
    public async Task Missing_objects_are_told_apart_from_present_ones()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var here = scratch.Commit("one");
        scratch.Seed(repository, here, "refs/heads/main");
        var (absent, longer) = (scratch.Commit("two"), Scratch.Id(new string('1', 64)));
        Assert.Equal([absent, Oid.Zero, longer], repository.Missing([absent, here, Oid.Zero, longer, absent]));
        Assert.True(repository.Contains(here));
        Assert.False(repository.Contains(absent));
        scratch.Seed(repository, absent, "refs/heads/main");
        Assert.True(repository.Contains(absent));
    }
}
