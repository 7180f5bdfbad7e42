namespace GitNostrBridge.Git.Tests;

public sealed class RepositoryMaintenanceTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    [Fact]
    public async Task Tidying_joins_packs_packs_refs_and_writes_bitmaps_and_the_commit_graph()
    {
        using var scratch = new Scratch();
        var repository = await WornAsync(scratch, 12);
        var worn = RepositoryWear.Of(repository);
        Assert.Equal(12, worn.Packs);
        Assert.True(worn.UnmappedObjects > 0 && worn.UnmappedObjects == worn.PackedObjects);

        Assert.IsType<MaintenanceResult.Done>(await new RepositoryMaintenance(scratch.Git).TidyAsync(repository, CancellationToken.None));

        var wear = RepositoryWear.Of(repository);
        Assert.InRange(wear.Packs, 1, 3);
        Assert.Equal((0, 0L), (wear.LooseRefs, wear.UnmappedObjects));
        Assert.Equal(long.Parse(scratch.Run("--git-dir", repository.Path, "rev-list", "--objects", "--all", "--count"), System.Globalization.CultureInfo.InvariantCulture), wear.PackedObjects);
        var packs = Path.Combine(repository.Path, "objects", "pack");
        Assert.NotEmpty(Directory.GetFiles(packs, "multi-pack-index-*.bitmap"));
        Assert.True(File.Exists(Path.Combine(repository.Path, "objects", "info", "commit-graph")) || Directory.Exists(Path.Combine(repository.Path, "objects", "info", "commit-graphs")));
        Sound(scratch, repository, 12);
    }

    [Fact]
    public async Task A_clone_of_a_tidied_repository_goes_by_the_bitmap_though_refs_are_hidden()
    {
        using var scratch = new Scratch();
        var repository = await WornAsync(scratch, 3);
        var tip = scratch.Run("--git-dir", repository.Path, "rev-parse", "refs/heads/b2");
        scratch.Run("--git-dir", repository.Path, "update-ref", "refs/recovery/1", tip);
        scratch.Run("--git-dir", repository.Path, "update-ref", "refs/placeholders/1", "refs/heads/b0");
        await new RepositoryMaintenance(scratch.Git).TidyAsync(repository, CancellationToken.None);

        using var told = new MemoryStream();
        var exit = await new UploadPackRun(scratch.Git).RunAsync(
            repository, null, new MemoryStream(System.Text.Encoding.ASCII.GetBytes($"0040want {tip} side-band-64k\n00000009done\n")), (stdout, ct) => stdout.CopyToAsync(told, ct), CancellationToken.None);

        Assert.Equal((0, ""), (exit.Code, exit.Errors));
        Assert.Matches("pack-reused [1-9]", System.Text.Encoding.Latin1.GetString(told.ToArray()));
    }

    [Fact]
    public async Task Collecting_keeps_what_refs_reach_hidden_ones_too_and_what_is_young()
    {
        using var scratch = new Scratch();
        var repository = await WornAsync(scratch, 5);
        var recovered = Loose(scratch, repository, "recovered", age: 15);
        scratch.Run("--git-dir", repository.Path, "update-ref", "refs/recovery/1", recovered);
        var young = Loose(scratch, repository, "young", age: 5);
        var doomed = Loose(scratch, repository, "old", age: 15);
        var maintenance = new RepositoryMaintenance(scratch.Git);

        Assert.IsType<MaintenanceResult.Done>(await maintenance.CollectAsync(repository, Retention, CancellationToken.None));
        Assert.IsType<MaintenanceResult.Done>(await maintenance.TidyAsync(repository, CancellationToken.None));

        Assert.True(repository.Contains(Scratch.Id(recovered)));
        Assert.True(repository.Contains(Scratch.Id(young)));
        Assert.False(repository.Contains(Scratch.Id(doomed)));
        Assert.True(RepositoryWear.Of(repository).HasCruft);
        Assert.IsType<MaintenanceResult.Done>(await maintenance.CollectAsync(repository, TimeSpan.FromDays(3), CancellationToken.None));
        Assert.False(repository.Contains(Scratch.Id(young)));
        Sound(scratch, repository, 5);
    }

    [Fact]
    public async Task An_empty_repository_needs_nothing_and_bears_all()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var maintenance = new RepositoryMaintenance(scratch.Git);
        Assert.IsType<MaintenanceResult.Done>(await maintenance.TidyAsync(repository, CancellationToken.None));
        Assert.IsType<MaintenanceResult.Done>(await maintenance.CollectAsync(repository, Retention, CancellationToken.None));
        Assert.Equal((0, 0, 0), (RepositoryWear.Of(repository).Packs, RepositoryWear.Of(repository).LooseObjects, RepositoryWear.Of(repository).LooseRefs));
    }

    private static async Task<BareRepository> WornAsync(Scratch scratch, int packs)
    {
        var repository = await scratch.HostAsync();
        for (var number = 0; number < packs; number++)
        {
            var tip = scratch.Commit($"content {number}");
            scratch.Run("-c", "fetch.unpackLimit=1", "--git-dir", repository.Path, "fetch", "--quiet", scratch.Work, $"{tip}:refs/heads/b{number}");
        }

        return repository;
    }

    private static string Loose(Scratch scratch, BareRepository repository, string content, int age)
    {
        var file = Path.Combine(scratch.Folder, content);
        File.WriteAllText(file, content);
        var id = scratch.Run("--git-dir", repository.Path, "hash-object", "-w", file);
        File.SetLastWriteTimeUtc(Path.Combine(repository.Path, "objects", id[..2], id[2..]), DateTime.UtcNow.AddDays(-age));
        return id;
    }

    private static void Sound(Scratch scratch, BareRepository repository, int branches)
    {
        Assert.Equal(branches, repository.ReadRefs().Refs.Count(entry => entry.Key.IsBranch));
        Assert.Equal("", scratch.Run("--git-dir", repository.Path, "fsck", "--full", "--no-dangling"));
        Assert.DoesNotContain("error", scratch.Run("--git-dir", repository.Path, "multi-pack-index", "verify"), StringComparison.Ordinal);
    }
}
