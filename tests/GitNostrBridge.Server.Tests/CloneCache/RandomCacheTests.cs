namespace GitNostrBridge.Server.Tests;

/// <summary>Random requests, sources that fail, readers who leave, time that passes: whoever reads to the end has read exactly one whole answer to what he asked.</summary>
public sealed class RandomCacheTests(ITestOutputHelper output)
{
    private const int Requests = 6;
    private const int Steps = 400;

    [Fact]
    public async Task Whatever_happens_a_whole_answer_is_the_right_one_and_the_bounds_hold()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var scene = new CacheScene(options => options with { MaxBytes = 400_000, LargestAnswerBytes = 150_000 });
        var makings = new List<Task>();
        var readings = new List<Task>();
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case < 7:
                    Ask(scene, CacheScene.Key(random.Next(Requests), random.Next(2), "r" + random.Next(2)), random, makings, readings);
                    break;
                case 7:
                    scene.Time.Advance(TimeSpan.FromMinutes(random.Next(8)));
                    scene.Cache.Expire();
                    break;
                case 8:
                    scene.DiskHasRoom = random.Next(4) > 0;
                    break;
                default:
                    await Task.WhenAny(readings.Append(Task.CompletedTask).Where(reading => random.Next(2) == 0).Append(Task.CompletedTask));
                    break;
            }

            Assert.True(scene.Cache.Bytes <= scene.Options.MaxBytes, $"seed {seed}, step {step}");
        }

        await Task.WhenAll(readings).WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(makings).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(scene.Files.Sum(file => new FileInfo(file).Length), scene.Cache.Bytes);
        Assert.Equal(scene.Files.Length, scene.Cache.Count);
        scene.Time.Advance(scene.Options.MaxAge);
        scene.Cache.Expire();
        Assert.Equal((0, 0L), (scene.Files.Length, scene.Cache.Bytes));
    }

    private static void Ask(CacheScene scene, CloneKey key, Random random, List<Task> makings, List<Task> readings)
    {
        // As git's, an answer is another one each time that it is made, and as long as its request makes it.
        var seed = random.Next();
        switch (scene.Cache.Ask(key))
        {
            case CloneTicket.Straight straight:
                straight.Seen.Dispose();
                break;
            case CloneTicket.Make make:
                makings.Add(Task.Run(() => scene.Cache.MakeAsync(key, make.Answer, (answer, cancellationToken) => FillAsync(answer, key, new Random(seed), cancellationToken))));
                readings.Add(Task.Run(() => ReadAsync(make.Reader, key, new Random(seed))));
                break;
            case CloneTicket.Read read:
                readings.Add(Task.Run(() => ReadAsync(read.Reader, key, new Random(seed))));
                break;
        }
    }

    private static async Task<(AnswerEnd, bool)> FillAsync(StoredAnswer answer, CloneKey key, Random random, CancellationToken cancellationToken)
    {
        foreach (var piece in Content(key, random.Next(100)).Chunk(1 + random.Next(30_000)))
        {
            if (random.Next(100) == 0)
            {
                throw new IOException("the source failed");
            }

            await answer.AppendAsync(piece, cancellationToken);
            await Task.Yield();
        }

        return (AnswerEnd.Whole, random.Next(5) > 0);
    }

    private static async Task ReadAsync(AnswerReader reader, CloneKey key, Random random)
    {
        using (reader)
        {
            if (random.Next(4) == 0)
            {
                return; // the client is gone
            }

            var (end, content) = await CacheScene.TryReadAsync(reader);
            if (end == AnswerEnd.Whole)
            {
                Assert.Equal(Content(key, content[0]), content);
            }
            else
            {
                Assert.Equal(end, content.Length == 0 && end != AnswerEnd.BrokenOff ? AnswerEnd.Nothing : AnswerEnd.BrokenOff);
            }
        }
    }

    private static byte[] Content(CloneKey key, int variant)
    {
        var hash = string.GetHashCode(key.Repository + key.Refs + key.Request + variant, StringComparison.Ordinal);
        var content = CacheScene.Content(hash, 1 + (int)((uint)hash % 200_000));
        content[0] = (byte)variant;
        return content;
    }
}
