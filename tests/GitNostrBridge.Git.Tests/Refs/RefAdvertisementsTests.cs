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
        using var scratch = new Scratch();
        var advertisements = new Advertisements(scratch);
        var refs = await RandomRefs.CreateAsync(scratch, random);
        var (answered, asked) = (0, 0);
        for (var round = 0; round < 40; round++)
        {
            var change = refs.Change();
            foreach (var (service, protocol) in Advertisements.All)
            {
                var ours = await advertisements.AdvertisedAsync(refs.Repository, service, protocol);
                Count(ours);
                if (ours is not null)
                {
                    Assert.True(await advertisements.AdvertisedByGitAsync(refs.Repository, service, protocol) == ours, $"seed {seed}, round {round}, {change}, {service} {protocol}: {ours}");
                }
            }

            for (var question = 0; question < 3; question++)
            {
                var request = Question(random);
                var ours = await advertisements.ListedAsync(refs.Repository, request);
                Count(ours);
                if (ours is not null)
                {
                    Assert.True(await advertisements.ListedByGitAsync(refs.Repository, request) == ours, $"seed {seed}, round {round}, {change}, {System.Text.Encoding.UTF8.GetString(request)}: {ours}");
                }
            }
        }

        Assert.True(answered > asked / 2, $"seed {seed}: only {answered} of {asked} questions were answered without git");

        void Count(string? answer)
        {
            asked++;
            answered += answer is null ? 0 : 1;
        }
    }

    private static byte[] Question(Random random)
    {
        var arguments = new[] { "peel", "symrefs", "unborn" }.Where(_ => random.Next(3) > 0).ToList();
        arguments.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => $"ref-prefix {Prefixes[random.Next(Prefixes.Length)]}"));
        return Advertisements.LsRefs(arguments);
    }
}
