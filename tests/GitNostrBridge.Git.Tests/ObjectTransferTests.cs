namespace GitNostrBridge.Git.Tests;

public sealed class ObjectTransferTests
{
    [Fact]
    public async Task Few_objects_arrive_loose_and_complete()
    {
        using var scratch = new Scratch();
        var (from, to) = (await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        scratch.Seed(from, two, "refs/heads/main");
        await CopyAsync(scratch, from, to, one, two);
        Assert.Empty(Directory.GetFiles(Path.Combine(to.Path, "objects", "pack")));
        Check(scratch, to, two);
        await CopyAsync(scratch, from, to, two);
        await CopyAsync(scratch, from, to, one);
        Assert.Empty(Directory.GetFiles(Path.Combine(to.Path, "objects", "pack")));
    }

    [Fact]
    public async Task Many_objects_arrive_as_one_pack_on_top_of_what_is_there()
    {
        using var scratch = new Scratch();
        var (from, to) = (await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        var text = string.Concat(Enumerable.Range(0, 2000).Select(line => $"line {line}\n"));
        var first = scratch.Commit(text);
        scratch.Seed(to, first, "refs/heads/main");
        scratch.Seed(to, scratch.Commit("only the target has this"), "refs/heads/other");
        scratch.Run("reset", "--quiet", "--hard", first.Hex);
        var tip = first;
        for (var number = 0; number < 40; number++)
        {
            tip = scratch.Commit($"{text}{number}");
        }

        scratch.Seed(from, tip, "refs/heads/main");
        await CopyAsync(scratch, from, to, tip);
        Assert.Single(Directory.GetFiles(Path.Combine(to.Path, "objects", "pack"), "*.pack"));
        Check(scratch, to, tip);
    }

    [Fact]
    public async Task Packs_and_loose_objects_are_shared_without_taking_disk_twice()
    {
        using var scratch = new Scratch();
        var (from, to) = (await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        scratch.Seed(from, scratch.Commit("one"), "refs/heads/main");
        scratch.Run("--git-dir", from.Path, "repack", "-a", "-d", "-q");
        var tip = scratch.Commit("two");
        scratch.Seed(from, tip, "refs/heads/main");

        Assert.Equal(new TransferResult.Done(), await new ObjectTransfer(scratch.Git).ShareAsync(from, to, [tip], CancellationToken.None));

        Check(scratch, to, tip);
        var pack = Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(from.Path, "objects", "pack"), "*.pack")));
        Assert.Equal(Inode(from, pack), Inode(to, pack));
        scratch.Run("--git-dir", from.Path, "repack", "-a", "-d", "-q");
        Check(scratch, to, tip);
    }

    [Fact]
    public async Task A_source_that_borrows_its_objects_is_copied_from()
    {
        using var scratch = new Scratch();
        var (lender, from, to) = (await scratch.HostAsync("lender"), await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        var tip = scratch.Commit("one");
        scratch.Seed(lender, tip, "refs/heads/main");
        Directory.CreateDirectory(Path.Combine(from.Path, "objects", "info"));
        File.WriteAllText(Path.Combine(from.Path, "objects", "info", "alternates"), Path.Combine(lender.Path, "objects") + "\n");

        Assert.Equal(new TransferResult.Done(), await new ObjectTransfer(scratch.Git).ShareAsync(from, to, [tip], CancellationToken.None));

        Check(scratch, to, tip);
    }

    [Fact]
    public async Task What_the_source_lacks_is_a_failure_and_not_a_half_copy()
    {
        using var scratch = new Scratch();
        var (from, to) = (await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        var transfer = new ObjectTransfer(scratch.Git);
        var absent = Assert.IsType<TransferResult.Failed>(await transfer.CopyAsync(from, to, [one], CancellationToken.None));
        Assert.Contains(one.Hex, absent.Reason, StringComparison.Ordinal);

        var tip = scratch.Bytes([], "cat-file", "commit", two.Hex).Output;
        scratch.Bytes(tip, "--git-dir", from.Path, "hash-object", "-w", "-t", "commit", "--stdin");
        var broken = Assert.IsType<TransferResult.Failed>(await transfer.CopyAsync(from, to, [two], CancellationToken.None));
        Assert.NotEmpty(broken.Reason);
        Assert.False(to.Contains(two));
    }

    [Fact]
    public async Task A_target_that_cannot_store_is_a_failure()
    {
        using var scratch = new Scratch();
        var (from, to) = (await scratch.HostAsync("from"), await scratch.HostAsync("to"));
        var tip = scratch.Commit("one");
        scratch.Seed(from, tip, "refs/heads/main");
        File.AppendAllText(Path.Combine(to.Path, "config"), "[core]\n\tcompression = nonsense\n");
        var failed = Assert.IsType<TransferResult.Failed>(await new ObjectTransfer(scratch.Git).CopyAsync(from, to, [tip], CancellationToken.None));
        Assert.Contains("nonsense", failed.Reason, StringComparison.Ordinal);
    }

    private static async Task CopyAsync(Scratch scratch, BareRepository from, BareRepository to, params Oid[] wants) =>
        Assert.Equal(new TransferResult.Done(), await new ObjectTransfer(scratch.Git).CopyAsync(from, to, wants, CancellationToken.None));

    private static string Inode(BareRepository repository, string pack)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["--format=%i", Path.Combine(repository.Path, "objects", "pack", pack)]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd();
    }

    private static void Check(Scratch scratch, BareRepository repository, Oid tip)
    {
        scratch.Run("--git-dir", repository.Path, "update-ref", "refs/heads/copied", tip.Hex);
        Assert.Equal(0, scratch.TryRun("--git-dir", repository.Path, "fsck", "--full", "--strict").Code);
    }
}
