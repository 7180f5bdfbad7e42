namespace GitNostrBridge.Git.Tests;

public sealed class RefAdvertisementsTests(ITestOutputHelper output)
{
    private static readonly string[] Prefixes = ["HEAD", "refs/", "refs/heads/", "refs/tags/", "refs/heads/a", "refs/tags/of-", "refs/nostr/", "refs/heads/main", "refs/recovery/", "H", "refs/heads/é", "refs", ""];

    [Fact]
    public async Task Random_repositories_are_told_of_byte_for_byte_as_git_does()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (answered, asked) = (0, 0);
        for (var repository = 0; repository < 4; repository++)
        {
            var answers = await AnswersOfOneAsync(random, $"seed {seed}, repository {repository}");
            (answered, asked) = (answered + answers.Count(answer => answer), asked + answers.Count);
        }

        // Once a repository is one that only git can read, it may stay so for the rest of its rounds.
        Assert.True(answered > asked / 10, $"seed {seed}: only {answered} of {asked} questions were answered without git");
    }

    [Fact]
    public async Task Five_thousand_refs_are_told_of_byte_for_byte_as_git_does_packed_loose_and_after_each_change()
    {
        using var scratch = new Scratch();
        var advertisements = new Advertisements(scratch);
        var repository = await scratch.HostAsync();
        var commit = scratch.Commit("one").Hex;
        scratch.Seed(repository, Scratch.Id(commit), "refs/heads/main");
        scratch.Run("tag", "-a", "-m", "tag", "of-commit", "HEAD");
        scratch.Run("-c", "advice.nestedTag=false", "tag", "-a", "-m", "tag", "of-tag", "of-commit");
        scratch.Run("tag", "-a", "-m", "tag", "of-blob", "HEAD:file.txt");
        scratch.Run("--git-dir", repository.Path, "fetch", "--quiet", "--no-write-fetch-head", scratch.Work, "+refs/tags/*:refs/tags/*");
        var tags = Array.ConvertAll(["of-commit", "of-tag", "of-blob"], tag => scratch.Run("rev-parse", tag));
        Set([.. Enumerable.Range(0, 5_000).Select(number => (Name(number), number % 5 == 1 ? tags[number % 3] : commit))]);
        scratch.Run("--git-dir", repository.Path, "symbolic-ref", "HEAD", "refs/heads/nowhere");
        await ExpectSameAsync();

        scratch.Run("--git-dir", repository.Path, "pack-refs", "--all");
        await ExpectSameAsync();
        Set([.. Enumerable.Range(0, 50).Select(number => (Name(number * 99), tags[0]))], "refs/tags/");
        await ExpectSameAsync();
        scratch.Run("--git-dir", repository.Path, "symbolic-ref", "HEAD", "refs/heads/main");
        await ExpectSameAsync();

        static string Name(int number) => $"refs/{((string[])["heads", "tags", "nostr", "recovery/7", "placeholders/8"])[number % 5]}/{number}";

        void Set(IReadOnlyList<(string Name, string Value)> refs, string prefix = "refs/") => scratch.Bytes(
            System.Text.Encoding.ASCII.GetBytes(string.Concat(refs.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => $"update {entry.Name} {entry.Value}\n"))),
            "--git-dir", repository.Path, "update-ref", "--stdin");

        async Task ExpectSameAsync()
        {
            foreach (var (service, protocol) in Advertisements.All)
            {
                Assert.Equal(await advertisements.AdvertisedByGitAsync(repository, service, protocol), await advertisements.AdvertisedAsync(repository, service, protocol));
            }

            foreach (var question in (string[][])[["peel", "symrefs", "unborn", "ref-prefix HEAD", "ref-prefix refs/"], [], ["peel", "ref-prefix refs/tags/1"], ["symrefs", "ref-prefix refs/recovery/"]])
            {
                var request = Advertisements.LsRefs(question);
                var answer = await advertisements.ListedAsync(repository, request);
                Assert.Equal(await advertisements.ListedByGitAsync(repository, request), answer);
            }
        }
    }

    [Fact]
    public async Task While_refs_move_each_answer_is_a_state_that_was_there_between_question_and_answer()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var scratch = new Scratch();
        var advertisements = new Advertisements(scratch);
        var repository = await scratch.HostAsync();
        string[] values = [scratch.Commit("one").Hex, scratch.Commit("two").Hex, scratch.Commit("three").Hex];
        scratch.Seed(repository, Scratch.Id(values[^1]), "refs/heads/a");
        var question = Advertisements.LsRefs("ref-prefix refs/heads/");
        var history = new List<string> { (await advertisements.ListedAsync(repository, question))! };
        var (done, answered) = (0, 0);
        var isMoving = true;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(ReadAsync)).ToList();
        var random = new Random(seed);
        for (var move = 1; move <= 80; move++)
        {
            var (name, value) = ($"refs/heads/{"abc"[random.Next(3)]}", values[random.Next(3)]);
            var lines = history[^1].Split('\n').Where(line => line != "0000" && !line.EndsWith(name, StringComparison.Ordinal)).Append($"003a{value} {name}");
            lock (history)
            {
                history.Add(string.Join('\n', lines.OrderBy(line => line[45..], StringComparer.Ordinal).Append("0000")));
            }

            scratch.Run("--git-dir", repository.Path, "update-ref", name, value);
            Volatile.Write(ref done, move);
            if (random.Next(5) == 0)
            {
                scratch.Run("--git-dir", repository.Path, "pack-refs", "--all");
            }
        }

        Volatile.Write(ref isMoving, false);
        await Task.WhenAll(readers);
        Assert.True(answered > 0);

        async Task ReadAsync()
        {
            while (Volatile.Read(ref isMoving))
            {
                var before = Volatile.Read(ref done);
                var answer = await advertisements.ListedAsync(repository, question);
                List<string> possible;
                lock (history)
                {
                    possible = history[before..];
                }

                if (answer is not null)
                {
                    Assert.True(possible.Contains(answer), $"seed {seed}: {answer}\nis none of\n{string.Join('\n', possible)}");
                    Interlocked.Increment(ref answered);
                }
            }
        }
    }

    // For each question, whether it was answered without git.
    private static async Task<List<bool>> AnswersOfOneAsync(Random random, string where)
    {
        using var scratch = new Scratch();
        var advertisements = new Advertisements(scratch);
        var refs = await RandomRefs.CreateAsync(scratch, random);
        var cache = new RefCache(1 << 20);
        var answers = new List<bool>();
        for (var round = 0; round < 10; round++)
        {
            var change = refs.Change();
            var (known, read) = (new BareRepository(refs.Repository.Path, cache).ReadRefs(), refs.Repository.ReadRefs());
            Assert.Equal(read.Refs.OrderBy(entry => entry.Key), known.Refs.OrderBy(entry => entry.Key));
            Assert.Equal(read.Head, known.Head);
            foreach (var (service, protocol) in Advertisements.All)
            {
                var ours = await advertisements.AdvertisedAsync(refs.Repository, service, protocol);
                answers.Add(ours is not null);
                if (ours is not null)
                {
                    Assert.True(await advertisements.AdvertisedByGitAsync(refs.Repository, service, protocol) == ours, $"{where}, round {round}, {change}, {service} {protocol}: {ours}");
                }
            }

            for (var question = 0; question < 3; question++)
            {
                var request = Question(random);
                var ours = await advertisements.ListedAsync(refs.Repository, request);
                answers.Add(ours is not null);
                if (ours is not null)
                {
                    Assert.True(await advertisements.ListedByGitAsync(refs.Repository, request) == ours, $"{where}, round {round}, {change}, {System.Text.Encoding.UTF8.GetString(request)}: {ours}");
                }
            }
        }

        return answers;
    }

    private static byte[] Question(Random random)
    {
        var arguments = new[] { "peel", "symrefs", "unborn" }.Where(_ => random.Next(3) > 0).ToList();
        arguments.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => $"ref-prefix {Prefixes[random.Next(Prefixes.Length)]}"));
        return Advertisements.LsRefs(arguments);
    }
}
