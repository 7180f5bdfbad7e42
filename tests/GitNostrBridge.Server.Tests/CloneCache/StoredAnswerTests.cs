using System.IO.Pipelines;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

public sealed class StoredAnswerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly byte[] Some = CacheScene.Content(2, 500_000);

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task Readers_who_come_at_any_time_read_the_whole_of_it()
    {
        using var answer = Make();
        var readings = new List<Task<byte[]>>();
        foreach (var piece in Some.Chunk(60_000))
        {
            readings.Add(CacheScene.ReadAsync(answer.TryJoin()!));
            await answer.AppendAsync(piece, CancellationToken.None);
        }

        answer.End(AnswerEnd.Whole);
        readings.Add(CacheScene.ReadAsync(answer.TryJoin()!));
        foreach (var reading in readings)
        {
            Assert.Equal(Some, await reading.WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task A_reader_who_takes_nothing_stops_neither_the_source_nor_the_others()
    {
        using var answer = Make();
        using var slow = answer.TryJoin()!;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var stuck = slow.CopyToAsync(pipe.Writer, null, CancellationToken.None);
        foreach (var piece in Some.Chunk(60_000))
        {
            await answer.AppendAsync(piece, CancellationToken.None).AsTask().WaitAsync(Patience);
        }

        answer.End(AnswerEnd.Whole);
        Assert.Equal(Some, await CacheScene.ReadAsync(answer.TryJoin()!).WaitAsync(Patience));
        Assert.False(stuck.IsCompleted);
        Assert.Equal(Some, await DrainAsync(pipe, stuck));
        Assert.Equal(AnswerEnd.Whole, await stuck);
    }

    [Fact]
    public async Task When_no_more_may_be_written_those_who_read_get_the_rest_and_nobody_joins()
    {
        using var answer = Make(mostBytes: 200_000);
        var first = CacheScene.ReadAsync(answer.TryJoin()!);
        var second = CacheScene.ReadAsync(answer.TryJoin()!);
        foreach (var piece in Some.Chunk(60_000))
        {
            await answer.AppendAsync(piece, CancellationToken.None).AsTask().WaitAsync(Patience);
        }

        Assert.Null(answer.TryJoin());
        answer.End(AnswerEnd.Whole);
        Assert.Equal(Some, await first.WaitAsync(Patience));
        Assert.Equal(Some, await second.WaitAsync(Patience));
        Assert.False(answer.TryKeepAs(".pkt"));
        Assert.Equal((180_000, Some.Length), (answer.StoredBytes, answer.Length));
    }

    [Fact]
    public async Task When_no_more_may_be_written_the_source_waits_for_the_slowest_until_he_goes()
    {
        using var answer = Make(mostBytes: 0);
        using var slow = answer.TryJoin()!;
        var quick = CacheScene.ReadAsync(answer.TryJoin()!);
        var appending = answer.AppendAsync(Some.AsMemory(0, 1_000), CancellationToken.None).AsTask();
        Assert.False(appending.IsCompleted);
        slow.Dispose();
        await appending.WaitAsync(Patience);
        answer.End(AnswerEnd.Whole);
        Assert.Equal(Some[..1_000], await quick.WaitAsync(Patience));
    }

    [Fact]
    public async Task It_is_abandoned_when_its_last_reader_leaves_and_not_before()
    {
        using var answer = Make();
        var first = answer.TryJoin()!;
        var second = answer.TryJoin()!;
        await answer.AppendAsync(Some, CancellationToken.None);
        first.Dispose();
        first.Dispose();
        Assert.False(answer.Abandoned.IsCancellationRequested);
        second.Dispose();
        Assert.True(answer.Abandoned.IsCancellationRequested);
        Assert.Null(answer.TryJoin());
        answer.End(AnswerEnd.BrokenOff);
    }

    [Fact]
    public async Task A_whole_one_waits_for_readers()
    {
        using var answer = Make();
        var reader = answer.TryJoin()!;
        await answer.AppendAsync(Some, CancellationToken.None);
        answer.End(AnswerEnd.Whole);
        reader.Dispose();
        Assert.False(answer.Abandoned.IsCancellationRequested);
        Assert.Equal(Some, await CacheScene.ReadAsync(answer.TryJoin()!));
    }

    [Fact]
    public async Task A_reader_who_is_gone_stops_waiting()
    {
        using var answer = Make();
        using var reader = answer.TryJoin()!;
        using var gone = new CancellationTokenSource();
        var reading = reader.CopyToAsync(PipeWriter.Create(Stream.Null), null, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience));
        answer.End(AnswerEnd.Nothing);
    }

    [Fact]
    public async Task The_file_goes_at_once_and_its_readers_read_on()
    {
        var answer = Make();
        var reader = answer.TryJoin()!;
        await answer.AppendAsync(Some, CancellationToken.None);
        answer.End(AnswerEnd.Whole);
        Assert.True(answer.TryKeepAs(".pkt"));
        answer.Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Null(answer.TryJoin());
        Assert.Equal(Some, await CacheScene.ReadAsync(reader));
    }

    public void Dispose() => _folder.Dispose();

    private StoredAnswer Make(long mostBytes = long.MaxValue)
    {
        StoredAnswer? answer = null;
        return answer = new StoredAnswer(_folder.Sub($"{Guid.NewGuid():n}.part"), bytes => answer!.StoredBytes + bytes <= mostBytes);
    }

    private static async Task<byte[]> DrainAsync(Pipe pipe, Task writing)
    {
        using var content = new MemoryStream();
        var completing = writing.ContinueWith(_ => pipe.Writer.Complete(), TaskScheduler.Default);
        await pipe.Reader.CopyToAsync(content).WaitAsync(Patience);
        await completing;
        return content.ToArray();
    }
}
