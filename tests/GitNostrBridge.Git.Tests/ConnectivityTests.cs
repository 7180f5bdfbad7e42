namespace GitNostrBridge.Git.Tests;

public sealed class ConnectivityTests
{
    [Fact]
    public async Task A_tip_without_its_parent_or_its_file_is_not_complete()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var connectivity = new Connectivity(scratch.Git);
        var (one, two, three) = (scratch.Commit("one"), scratch.Commit("two"), scratch.Commit("three"));

        Assert.True(await IsCompleteAsync());
        Assert.False(await IsCompleteAsync(one));
        Bring(three.Hex, $"{three}^{{tree}}", $"{three}:file.txt");
        Assert.False(await IsCompleteAsync(three));
        scratch.Seed(repository, one, "refs/heads/main");
        Assert.True(await IsCompleteAsync(one, one));
        Bring(two.Hex, $"{two}^{{tree}}");
        Assert.False(await IsCompleteAsync(three));
        Bring($"{two}:file.txt");
        Assert.True(await IsCompleteAsync(three, one));
        Assert.True(await IsCompleteAsync(Scratch.Id(scratch.Run("rev-parse", $"{two}^{{tree}}"))));
        Assert.False(await IsCompleteAsync(three, Oid.Zero));

        Task<bool> IsCompleteAsync(params Oid[] oids) => connectivity.IsCompleteAsync(repository, oids, CancellationToken.None);

        void Bring(params string[] objects)
        {
            foreach (var name in objects)
            {
                var type = scratch.Run("cat-file", "-t", name);
                scratch.Bytes(scratch.Bytes([], "cat-file", type, name).Output, "--git-dir", repository.Path, "hash-object", "-w", "-t", type, "--stdin");
            }
        }
    }
}
