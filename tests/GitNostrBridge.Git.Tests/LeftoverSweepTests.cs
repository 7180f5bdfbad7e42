namespace GitNostrBridge.Git.Tests;

public sealed class LeftoverSweepTests
{
    private static readonly DateTime Old = DateTime.UtcNow.AddHours(-2);
    private static readonly DateTime Start = DateTime.UtcNow.AddHours(-1);

    [Fact]
    public async Task What_a_killed_process_left_goes_and_all_else_stays()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        scratch.Seed(repository, scratch.Commit("one"), "refs/heads/main");
        scratch.Run("--git-dir", repository.Path, "repack", "-adq");
        var before = Files(scratch);
        string[] leftovers =
        [
            "packed-refs.lock", "HEAD.lock", "refs/heads/main.lock", "refs/heads/deep/er.lock", "authorised-0123",
            "objects/tmp_objdir-incoming-aBcDeF/pack/tmp_pack_1", "objects/pack/tmp_idx_1", "objects/pack/.tmp-12-pack-1.pack", "objects/0a/tmp_obj_1",
            "objects/pack/pack-1.pack", "objects/pack/pack-1.rev", "objects/info/commit-graph.lock", "../../.temporary/0123/HEAD",
        ];
        foreach (var leftover in leftovers)
        {
            Write(repository, leftover, "");
        }

        Write(repository, "objects/pack/pack-2.keep", "receive-pack 12 on host");
        Write(repository, "objects/pack/pack-3.keep", "of the operator");
        foreach (var folder in (string[])["objects/tmp_objdir-incoming-aBcDeF", "../../.temporary/0123"])
        {
            Directory.SetLastWriteTimeUtc(Path.Combine(repository.Path, folder), Old);
        }

        var young = Path.Combine(repository.Path, "refs", "heads", "young.lock");
        await File.WriteAllTextAsync(young, "");

        new LeftoverSweep(scratch.Repositories).SweepAll(Start, (_, _) => { }, CancellationToken.None);

        Assert.Equal(before.Append(young).Append(Path.Combine(repository.Path, "objects/pack/pack-3.keep")).Order(StringComparer.Ordinal), Files(scratch));
        Assert.Equal("", scratch.Run("--git-dir", repository.Path, "fsck", "--full"));
    }

    private static void Write(BareRepository repository, string name, string content)
    {
        var path = Path.GetFullPath(Path.Combine(repository.Path, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Old);
    }

    private static IOrderedEnumerable<string> Files(Scratch scratch) =>
        Directory.EnumerateFiles(scratch.Repositories.Root, "*", SearchOption.AllDirectories).ToList().Order(StringComparer.Ordinal);
}
