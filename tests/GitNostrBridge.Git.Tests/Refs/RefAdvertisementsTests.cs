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
