namespace GitNostrBridge.Server.Tests;

public sealed class CloneCacheTests
{
    private static readonly byte[] Some = CacheScene.Content(1, 200_000);

    [Fact]
    public async Task Two_that_grow_at_once_are_not_both_told_of_the_same_room()
    {
        using var scene = new CacheScene(options => options with { MaxBytes = 150_000 });
        using var barrier = new Barrier(2);
        for (var round = 0; round < 50; round++)
        {
            var sizes = await Task.WhenAll(Enumerable.Range(2 * round, 2).Select(number => MakeAsync(scene, CacheScene.Key(number), barrier)));
            Assert.Equal(100_000, sizes.Sum());
        }

        Assert.Equal(0, scene.Cache.Bytes);
    }

    [Fact]
    public async Task The_first_answer_streams_straight_the_second_is_stored_the_third_is_there()
    {
        using var scene = new CacheScene();
        await scene.KeepAsync(CacheScene.Key(1), Some);

        var reader = Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader;
        Assert.Equal(Some.Length, reader.Length);
        Assert.Equal(Some, await CacheScene.ReadAsync(reader));
        Assert.Equal((1, Some.Length), (scene.Cache.Count, scene.Cache.Bytes));
        Assert.Equal(".pkt", Path.GetExtension(Assert.Single(scene.Files)));
    }

    [Fact]
    public void A_second_request_that_comes_too_late_is_a_first_one()
    {
        using var scene = new CacheScene();
        scene.AskFirst(CacheScene.Key(1));
        scene.Time.Advance(scene.Options.SecondRequestWithin + TimeSpan.FromSeconds(1));
        scene.AskFirst(CacheScene.Key(1));
        Assert.Empty(scene.Files);
    }

    [Fact]
    public void While_the_first_answer_streams_every_other_request_is_a_second_one()
    {
        using var scene = new CacheScene();
        var first = Assert.IsType<CloneTicket.Straight>(scene.Cache.Ask(CacheScene.Key(1)));
        scene.Time.Advance(scene.Options.SecondRequestWithin * 3);
        using var second = Assert.IsType<CloneTicket.Make>(scene.Cache.Ask(CacheScene.Key(1))).Reader;
        using var third = Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader;
        first.Seen.Dispose();
    }

    [Fact]
    public async Task Other_refs_another_request_and_another_repository_have_answers_of_their_own()
    {
        using var scene = new CacheScene();
        await scene.KeepAsync(CacheScene.Key(1), Some);
        scene.AskFirst(CacheScene.Key(2));
        scene.AskFirst(CacheScene.Key(1, refs: 1));
        scene.AskFirst(CacheScene.Key(1, repository: "s"));
    }

    [Fact]
    public async Task An_answer_over_new_refs_takes_the_place_of_those_over_older_ones()
    {
        using var scene = new CacheScene();
        await scene.KeepAsync(CacheScene.Key(1), Some);
        await scene.KeepAsync(CacheScene.Key(1, repository: "s"), Some);
        await scene.KeepAsync(CacheScene.Key(1, refs: 1), Some);
        Assert.Equal((2, 2), (scene.Cache.Count, scene.Files.Length));
        await CacheScene.ReadAsync(Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1, repository: "s"))).Reader);
    }

    [Fact]
    public async Task What_nobody_has_asked_for_the_longest_goes_first_and_who_reads_it_reads_on()
    {
        using var scene = new CacheScene(options => options with { MaxBytes = 250_000 });
        var half = Some[..100_000];
        await scene.KeepAsync(CacheScene.Key(1), half);
        await scene.KeepAsync(CacheScene.Key(2), half);
        var reader = Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(2))).Reader;
        await CacheScene.ReadAsync(Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader);

        await scene.KeepAsync(CacheScene.Key(3), half);

        Assert.Equal((2, 200_000), (scene.Cache.Count, scene.Cache.Bytes));
        Assert.Equal(2, scene.Files.Length);
        Assert.Equal(half, await CacheScene.ReadAsync(reader));
        await CacheScene.ReadAsync(Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader);
        Assert.IsNotType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(2)));
    }

    [Fact]
    public async Task What_is_too_old_goes_whether_or_not_somebody_asks()
    {
        using var scene = new CacheScene();
        await scene.KeepAsync(CacheScene.Key(1), Some);
        await scene.KeepAsync(CacheScene.Key(2), Some);
        scene.Time.Advance(scene.Options.MaxAge);
        Assert.IsNotType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1)));
        scene.Cache.Expire();
        Assert.Equal((0, 0L), (scene.Cache.Count, scene.Cache.Bytes));
        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_reaches_its_readers_and_is_not_stored_again()
    {
        using var scene = new CacheScene(options => options with { LargestAnswerBytes = 150_000 });
        scene.AskFirst(CacheScene.Key(1));
        var make = Assert.IsType<CloneTicket.Make>(scene.Cache.Ask(CacheScene.Key(1)));
        var reading = CacheScene.ReadAsync(make.Reader);
        await scene.Cache.MakeAsync(CacheScene.Key(1), make.Answer, async (answer, cancellationToken) =>
        {
            foreach (var piece in Some.Chunk(40_000))
            {
                await answer.AppendAsync(piece, cancellationToken);
            }

            return (AnswerEnd.Whole, true);
        });
        Assert.Equal(Some, await reading);
        Assert.Empty(scene.Files);
        scene.AskFirst(CacheScene.Key(1));
        scene.AskFirst(CacheScene.Key(1));
    }

    [Fact]
    public void What_streamed_straight_and_was_too_large_is_not_stored_either()
    {
        using var scene = new CacheScene();
        using var first = Assert.IsType<CloneTicket.Straight>(scene.Cache.Ask(CacheScene.Key(1))).Seen;
        first.Report(scene.Options.LargestAnswerBytes + 1);
        scene.AskFirst(CacheScene.Key(1));
        scene.AskFirst(CacheScene.Key(1));
    }

    [Fact]
    public async Task Without_room_on_the_disk_everything_streams_straight()
    {
        using var scene = new CacheScene { DiskHasRoom = false };
        scene.AskFirst(CacheScene.Key(1));
        scene.AskFirst(CacheScene.Key(1));
        scene.DiskHasRoom = true;
        await scene.KeepAsync(CacheScene.Key(2), Some);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_obstacle()
    {
        using var scene = new CacheScene();
        Directory.Delete(scene.Options.Path, recursive: true);
        File.WriteAllText(scene.Options.Path, "in the way");
        scene.AskFirst(CacheScene.Key(1));
        scene.AskFirst(CacheScene.Key(1));
        scene.Open().Expire();
    }

    [Fact]
    public async Task A_start_clears_what_an_earlier_process_left_and_nothing_else()
    {
        using var scene = new CacheScene();
        await scene.KeepAsync(CacheScene.Key(1), Some);
        File.WriteAllText(Path.Combine(scene.Options.Path, "answer-1.part"), "half");
        File.WriteAllText(Path.Combine(scene.Options.Path, "notes.pkt"), "an operator's");
        var next = scene.Open();
        Assert.Equal("notes.pkt", Path.GetFileName(Assert.Single(scene.Files)));
        Assert.IsType<CloneTicket.Straight>(next.Ask(CacheScene.Key(1))).Seen.Dispose();

        // The one before still holds its file open.
        Assert.Equal(Some, await CacheScene.ReadAsync(Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader));
    }

    [Theory]
    [InlineData(AnswerEnd.Nothing)]
    [InlineData(AnswerEnd.Busy)]
    [InlineData(AnswerEnd.BrokenOff)]
    public async Task A_source_that_fails_tells_all_its_readers_and_leaves_nothing(AnswerEnd how)
    {
        using var scene = new CacheScene();
        scene.AskFirst(CacheScene.Key(1));
        var make = Assert.IsType<CloneTicket.Make>(scene.Cache.Ask(CacheScene.Key(1)));
        using var joined = Assert.IsType<CloneTicket.Read>(scene.Cache.Ask(CacheScene.Key(1))).Reader;
        await scene.Cache.MakeAsync(CacheScene.Key(1), make.Answer, async (answer, cancellationToken) =>
        {
            if (how == AnswerEnd.BrokenOff)
            {
                await answer.AppendAsync(Some, cancellationToken);
                throw new IOException("the disk failed");
            }

            return (how, false);
        });
        Assert.Equal(how, (await CacheScene.TryReadAsync(make.Reader)).End);
        Assert.Equal(how, (await CacheScene.TryReadAsync(joined)).End);
        Assert.Equal((0, 0L), (scene.Cache.Count, scene.Cache.Bytes));
        Assert.Empty(scene.Files);
        make.Reader.Dispose();
    }

    [Fact]
    public async Task An_answer_that_is_whole_but_of_the_moment_is_not_kept()
    {
        using var scene = new CacheScene();
        scene.AskFirst(CacheScene.Key(1));
        var make = Assert.IsType<CloneTicket.Make>(scene.Cache.Ask(CacheScene.Key(1)));
        await scene.Cache.MakeAsync(CacheScene.Key(1), make.Answer, async (answer, cancellationToken) =>
        {
            await answer.AppendAsync(Some, cancellationToken);
            return (AnswerEnd.Whole, false);
        });
        Assert.Equal(Some, await CacheScene.ReadAsync(make.Reader));
        Assert.Equal(0, scene.Cache.Count);
        Assert.Empty(scene.Files);
    }

    [Fact]
    public void What_was_asked_for_is_remembered_within_bounds()
    {
        var seen = new SeenRequests(TimeSpan.FromMinutes(5), 1, TimeProvider.System);
        for (var number = 0; number < 2 * SeenRequests.Most; number++)
        {
            seen.Note(CacheScene.Key(number)).Dispose();
        }

        Assert.Equal(SeenRequests.Most, seen.Count);
        Assert.Null(seen.TryNote(CacheScene.Key(2 * SeenRequests.Most - 1)));
        Assert.NotNull(seen.TryNote(CacheScene.Key(0)));
    }

    // Both write at the same moment, and neither ends before both have written; what could not be stored goes to the reader.
    private static async Task<long> MakeAsync(CacheScene scene, CloneKey key, Barrier barrier)
    {
        scene.AskFirst(key);
        var make = Assert.IsType<CloneTicket.Make>(scene.Cache.Ask(key));
        var reading = Task.Run(() => CacheScene.ReadAsync(make.Reader));
        await Task.Factory.StartNew(
            () => scene.Cache.MakeAsync(key, make.Answer, async (answer, cancellationToken) =>
            {
                barrier.SignalAndWait(TimeSpan.FromSeconds(60), cancellationToken);
                await answer.AppendAsync(new byte[100_000], cancellationToken);
                await Task.Factory.StartNew(() => barrier.SignalAndWait(TimeSpan.FromSeconds(60), cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return (AnswerEnd.Whole, false);
            }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();
        await reading.WaitAsync(TimeSpan.FromSeconds(60));
        return make.Answer.StoredBytes;
    }
}
