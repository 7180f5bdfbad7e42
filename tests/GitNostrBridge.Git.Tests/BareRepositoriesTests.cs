using CsCheck;

namespace GitNostrBridge.Git.Tests;

public sealed class BareRepositoriesTests
{
    private static readonly Gen<string> Identifiers = Gen.OneOf(
            ".", "..", ".git", "%", "%2E", "%2F", "%25", "2E", "git", "a", "A", " ", "é", "e\u0301", "😀", "-", "/", "\\", "\0", "\n", ":", "~", "CON")
        .Array[0, 6].Select(string.Concat);

    [Fact]
    public void Two_identifiers_never_share_a_folder_and_none_leaves_the_root()
    {
        Identifiers.Array[50].Sample(identifiers =>
        {
            var names = identifiers.Distinct().Where(BareRepositories.IsValidIdentifier).Select(identifier => DiskName.From(identifier)!).ToList();
            return names.Distinct().Count() == names.Count && names.All(IsPlain);
        });

        static bool IsPlain(string name) =>
            !name.StartsWith('.') && !name.EndsWith(".git", StringComparison.Ordinal) && Path.GetFullPath($"/root/owner/{name}.git") == $"/root/owner/{name}.git";
    }

    [Theory]
    [InlineData("project", "project")]
    [InlineData("my project 😀", "my project 😀")]
    [InlineData("a.git", "a%2Egit")]
    [InlineData(".git", "%2Egit")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("100%", "100%25")]
    [InlineData("..%2F..", "%2E.%252F..")]
    public void Ordinary_identifiers_keep_their_names(string identifier, string name) => Assert.Equal(name, DiskName.From(identifier));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    public void Identifiers_that_could_mislead_are_refused(string identifier) => Assert.False(BareRepositories.IsValidIdentifier(identifier));

    [Fact]
    public void Two_hundred_bytes_count_after_the_escape()
    {
        Assert.True(BareRepositories.IsValidIdentifier(new string('é', 100)));
        Assert.False(BareRepositories.IsValidIdentifier(new string('é', 100) + "x"));
        Assert.True(BareRepositories.IsValidIdentifier(new string('x', 197) + "%"));
        Assert.False(BareRepositories.IsValidIdentifier(new string('x', 198) + "%"));
        Assert.False(BareRepositories.IsValidIdentifier("\ud83d"));
    }

    [Fact]
    public async Task A_new_repository_is_empty_on_main_and_behind_the_fence()
    {
        using var scratch = new Scratch();
        Assert.Null(scratch.Repositories.Find(Scratch.Owner, "a.git"));
        var repository = await scratch.HostAsync("a.git");
        Assert.Equal(Path.Combine(scratch.Repositories.Root, Scratch.Owner, "a%2Egit.git"), repository.Path);
        Assert.Equal(repository.Path, scratch.Repositories.Find(Scratch.Owner, "a.git")!.Path);
        Assert.Null(scratch.Repositories.Find(Scratch.Owner, "a"));
        var refs = repository.ReadRefs();
        Assert.Equal(Scratch.Ref("refs/heads/main"), refs.Head);
        Assert.Empty(refs.Refs);
        Assert.Equal(["pre-receive"], Directory.GetFiles(Path.Combine(repository.Path, "hooks")).Select(Path.GetFileName));
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Path.Combine(repository.Path, "hooks", "pre-receive")).HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute));
        }
    }

    [Fact]
    public async Task Many_may_make_the_same_repository_at_once()
    {
        using var scratch = new Scratch();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => scratch.HostAsync())));
        Assert.Single(made.Select(repository => repository.Path).Distinct());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(scratch.Repositories.Root, ".temporary")));
        Assert.Equal("", scratch.Run("--git-dir", made[0].Path, "fsck", "--full"));
    }

    [Fact]
    public async Task Repositories_that_were_copied_into_the_root_get_the_fence_at_the_next_start()
    {
        using var scratch = new Scratch();
        var ours = await scratch.HostAsync();
        var copied = Path.Combine(scratch.Repositories.Root, Scratch.Owner, "copied.git");
        scratch.Run("init", "--quiet", "--bare", copied);
        scratch.Commit("one");
        scratch.Repositories.RaiseFences();
        Assert.Equal([copied, ours.Path], scratch.Repositories.All().Select(repository => repository.Path).Order(StringComparer.Ordinal));
        Assert.NotEqual(0, scratch.TryRun("push", $"file://{copied}", "main").Code);
    }

    [Fact]
    public async Task A_repository_from_elsewhere_gets_the_fence()
    {
        using var scratch = new Scratch();
        var path = Path.Combine(scratch.Repositories.Root, Scratch.Owner, "old.git");
        scratch.Run("init", "--quiet", "--bare", path);
        var repository = await scratch.HostAsync("old");
        Assert.Equal(path, repository.Path);
        Assert.Contains("GITNOSTRBRIDGE_AUTHORISED", File.ReadAllText(Path.Combine(path, "hooks", "pre-receive")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(".aside")]
    [InlineData("NPUB")]
    [InlineData("npub1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")]
    public async Task Odd_owners_are_refused(string owner)
    {
        using var scratch = new Scratch();
        Assert.Null(scratch.Repositories.Find(owner, "project"));
        await Assert.ThrowsAsync<ArgumentException>(() => scratch.Repositories.EnsureAsync(owner, "project", CancellationToken.None));
    }

    [Fact]
    public async Task A_removed_repository_leaves_nothing()
    {
        using var scratch = new Scratch();
        await scratch.HostAsync();
        await scratch.Repositories.RemoveAsync(Scratch.Owner, "project", CancellationToken.None);
        await scratch.Repositories.RemoveAsync(Scratch.Owner, "project", CancellationToken.None);
        Assert.Null(scratch.Repositories.Find(Scratch.Owner, "project"));
        Assert.Empty(Directory.GetFiles(scratch.Repositories.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_repository_set_aside_keeps_its_data_even_twice_in_one_second()
    {
        using var scratch = new Scratch();
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var tip = scratch.Commit("one");
        for (var time = 0; time < 2; time++)
        {
            scratch.Seed(await scratch.HostAsync(), tip, "refs/heads/main");
            scratch.Repositories.SetAside(Scratch.Owner, "project", now);
            Assert.Null(scratch.Repositories.Find(Scratch.Owner, "project"));
        }
        scratch.Repositories.SetAside(Scratch.Owner, "project", now);
        foreach (var second in (string[])["1700000000", "1700000001"])
        {
            Assert.Equal(tip.Hex, scratch.Run("--git-dir", Path.Combine(scratch.Repositories.Root, ".aside", second, Scratch.Owner, "project.git"), "rev-parse", "main"));
        }

        scratch.Repositories.RemoveAside(now.AddSeconds(1));
        Assert.Equal(["1700000001"], Directory.GetDirectories(Path.Combine(scratch.Repositories.Root, ".aside")).Select(Path.GetFileName));
    }
}
