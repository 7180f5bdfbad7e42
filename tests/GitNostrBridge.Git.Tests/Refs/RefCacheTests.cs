using System.Globalization;

namespace GitNostrBridge.Git.Tests;

public sealed class RefCacheTests
{
    private const string Branch = "refs/heads/main";

    private readonly RefCache _cache = new(64 << 20);

    [Fact]
    public async Task A_ref_that_is_written_in_place_shows_at_once_however_soon()
    {
        using var scratch = new Scratch();
        var (repository, one, two) = await SeededAsync(scratch);
        var file = Path.Combine(repository.Path, Branch);
        for (var round = 0; round < 500; round++)
        {
            var value = round % 2 == 0 ? one : two;
            await using (var stream = new FileStream(file, FileMode.Open))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes($"{value}\n"));
            }

            Assert.Equal(value, ValueOf(repository, Branch));
        }
    }

    [Fact]
    public async Task A_change_shows_that_leaves_size_and_time_of_the_file_as_they_were()
    {
        using var scratch = new Scratch();
        var (repository, one, two) = await SeededAsync(scratch);
        var file = Path.Combine(repository.Path, Branch);
        var old = DateTime.UtcNow - TimeSpan.FromDays(1);
        foreach (var value in new[] { two, one, two })
        {
            await File.WriteAllTextAsync(file, $"{value}\n");
            File.SetLastWriteTimeUtc(file, old);
            Assert.Equal(value, ValueOf(repository, Branch));
        }
    }

    [Fact]
    public async Task The_fingerprint_changes_with_every_ref_and_with_HEAD_and_with_nothing_else()
    {
        using var scratch = new Scratch();
        var (repository, _, two) = await SeededAsync(scratch);
        var seen = new HashSet<string> { Fingerprint() };
        foreach (var arguments in (string[][])
        [
            ["update-ref", "refs/heads/other", two.Hex],
            ["update-ref", "refs/recovery/1/heads/x", two.Hex],
            ["update-ref", "refs/placeholders/1/x", two.Hex],
            ["symbolic-ref", "HEAD", "refs/heads/other"],
            ["symbolic-ref", "refs/heads/link", "refs/heads/other"],
            ["update-ref", "-d", "refs/heads/main"],
            ["symbolic-ref", "HEAD", "refs/heads/nowhere"],
        ])
        {
            scratch.Run(["--git-dir", repository.Path, .. arguments]);
            Assert.True(seen.Add(Fingerprint()), string.Join(' ', arguments));
        }

        var last = Fingerprint();
        scratch.Run("--git-dir", repository.Path, "pack-refs", "--all");
        Assert.Equal(last, Fingerprint());
        Assert.Equal(last, new RefCache(64 << 20).Of(repository)!.Fingerprint);

        string Fingerprint() => _cache.Of(repository)!.Fingerprint;
    }

    [Theory]
    [InlineData("refs/heads/broken", "no id\n")]
    [InlineData("refs/heads/empty", "")]
    [InlineData("refs/heads/lost", "1234567890123456789012345678901234567890\n")]
    [InlineData("refs/stash", "@")]
    [InlineData("refs/heads/two words", "@")]
    [InlineData("refs/heads/loop", "ref: refs/heads/loop\n")]
    [InlineData("HEAD", "ref: elsewhere\n")]
    [InlineData("shallow", "@")]
    [InlineData("objects/info/alternates", "/elsewhere/objects\n")]
    [InlineData("packed-refs", "no packed refs\n")]
    [InlineData("config", "[core]\n\tbare = true\n[transfer]\n\thideRefs = refs/heads/secret\n")]
    [InlineData("config", "[core]\n\tbare = true\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n")]
    [InlineData("config", "[include]\n\tpath = other\n")]
    public async Task What_is_unusual_is_left_to_git_and_comes_back_when_it_is_gone(string path, string content)
    {
        using var scratch = new Scratch();
        var (repository, one, _) = await SeededAsync(scratch);
        Assert.NotNull(_cache.Of(repository));
        var file = Path.Combine(repository.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file) : null;
        await File.WriteAllTextAsync(file, content.Replace("@", one.Hex, StringComparison.Ordinal));
        Assert.Null(_cache.Of(repository));
        File.Delete(file);
        if (before is not null)
        {
            await File.WriteAllTextAsync(file, before);
        }

        Assert.NotNull(_cache.Of(repository));
    }

    [Fact]
    public async Task A_link_among_the_refs_is_left_to_git()
    {
        using var scratch = new Scratch();
        var (repository, _, _) = await SeededAsync(scratch);
        File.CreateSymbolicLink(Path.Combine(repository.Path, "refs/heads/link"), "main");
        Assert.Null(_cache.Of(repository));
    }

    [Fact]
    public async Task Memory_stays_bounded_and_what_was_asked_for_least_recently_goes()
    {
        using var scratch = new Scratch();
        var cache = new RefCache(100_000);
        for (var number = 0; number < 30; number++)
        {
            var repository = await scratch.HostAsync($"project-{number}");
            Assert.NotNull(cache.Of(repository));
            Assert.True(cache.Bytes is > 0 and <= 100_000, cache.Bytes.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Answers_to_long_questions_are_not_kept_and_the_others_stay_within_what_is_counted()
    {
        using var scratch = new Scratch();
        var (repository, _, _) = await SeededAsync(scratch);
        var refs = _cache.Of(repository)!;
        var counted = _cache.Bytes;
        refs.Answer(new string('x', 1_025), _ => [1]);
        Assert.Equal(0, refs.AnswerBytes);

        for (var number = 0; number < 100; number++)
        {
            var question = $"{number} {new string('x', 1_000)}";
            var answer = new byte[number * 100];
            Assert.Same(answer, refs.Answer(question, _ => answer));
            Assert.InRange(refs.AnswerBytes, 1, counted);
        }

        var kept = refs.Answer("short", _ => [1]);
        Assert.Same(kept, refs.Answer("short", _ => [2]));
        Assert.Equal(counted, _cache.Bytes);
    }

    [Fact]
    public async Task A_repository_that_is_gone_takes_no_memory()
    {
        using var scratch = new Scratch();
        var (repository, _, _) = await SeededAsync(scratch);
        Assert.NotNull(_cache.Of(repository));
        await scratch.Repositories.RemoveAsync(Scratch.Owner, "project", CancellationToken.None);
        Assert.Null(_cache.Of(repository));
        Assert.Equal(0, _cache.Bytes);
    }

    private Oid? ValueOf(BareRepository repository, string name) => _cache.Of(repository)!.ValueOf(Scratch.Ref(name));

    private static async Task<(BareRepository Repository, Oid One, Oid Two)> SeededAsync(Scratch scratch)
    {
        var repository = await scratch.HostAsync();
        var (one, two) = (scratch.Commit("one"), scratch.Commit("two"));
        scratch.Seed(repository, two, "refs/heads/main");
        return (repository, one, two);
    }
}
