using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage.Tests;

public sealed class EventWriterTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("storage-tests-");
    private readonly ManualResetEventSlim _gate = new();

    private string DatabaseFile => Path.Combine(_folder.FullName, "numbers.sqlite");

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        _folder.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task Many_writes_at_once_all_complete()
    {
        await using var writer = OpenWriter(Long);

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(number => Task.Run(() => InsertAsync(writer, number))));

        Assert.Equal(2_000, await writer.WriteAsync(Count, default));
    }

    [Fact]
    public async Task What_waits_together_is_committed_together_in_order()
    {
        await using var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        var order = new List<int>();
        var writes = Enumerable.Range(0, EventWriter.BatchSize - 1).Select(number => writer.WriteAsync(
            connection =>
            {
                order.Add(number);
                return Insert(connection, number);
            },
            default)).ToList();
        var last = writer.WriteAsync(connection => (Here: Count(connection), Elsewhere: CountElsewhere()), default);

        await unblock();

        Assert.Equal((EventWriter.BatchSize - 1, 0), await last);
        await Task.WhenAll(writes);
        Assert.Equal(Enumerable.Range(0, EventWriter.BatchSize - 1), order);
        Assert.Equal(EventWriter.BatchSize - 1, CountElsewhere());
    }

    [Fact]
    public async Task One_that_fails_is_undone_alone()
    {
        await using var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        var before = InsertAsync(writer, 1);
        var failing = writer.WriteAsync<long>(
            connection =>
            {
                Insert(connection, 2);
                throw new InvalidDataException("on purpose");
            },
            default);
        var duplicate = InsertAsync(writer, 1);
        var after = InsertAsync(writer, 3);
        await unblock();
        await before;
        await after;
        await Assert.ThrowsAsync<InvalidDataException>(() => failing);
        await Assert.ThrowsAsync<SqliteException>(() => duplicate);
        Assert.Equal(2, CountElsewhere());
    }

    [Fact]
    public async Task A_commit_that_fails_fails_everyone_in_it_and_no_one_after_it()
    {
        await using var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        var innocent = InsertAsync(writer, 1);
        // A deferred foreign key is checked at the commit.
        var culprit = writer.WriteAsync(connection => RawSql.Scalar<long>(connection, "INSERT INTO child (number) VALUES (77) RETURNING number"), default);
        await unblock();
        await Assert.ThrowsAsync<SqliteException>(() => innocent);
        await Assert.ThrowsAsync<SqliteException>(() => culprit);
        Assert.Equal(0, CountElsewhere());

        await InsertAsync(writer, 1);
        Assert.Equal(1, CountElsewhere());
    }

    [Fact]
    public async Task One_cancelled_before_its_turn_is_not_done()
    {
        await using var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        using var cancellation = new CancellationTokenSource();
        var cancelled = writer.WriteAsync(connection => Insert(connection, 1), cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await unblock();
        await InsertAsync(writer, 2);
        Assert.Equal(1, CountElsewhere());
    }

    [Fact]
    public async Task One_whose_turn_does_not_come_is_given_up_and_not_done()
    {
        await using var writer = OpenWriter(TimeSpan.FromMilliseconds(500));
        var unblock = await BlockAsync(writer);

        await Assert.ThrowsAsync<TimeoutException>(() => InsertAsync(writer, 1));

        await unblock();
        Assert.Equal(0, CountElsewhere());
    }

    [Fact]
    public async Task Closing_does_what_waits_and_refuses_what_comes()
    {
        var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        var waiting = Enumerable.Range(0, 250).Select(number => InsertAsync(writer, number)).ToList();
        var closing = writer.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => InsertAsync(writer, 999));
        await unblock();
        await closing;
        await Task.WhenAll(waiting);
        Assert.Equal(250, CountElsewhere());
    }

    [Fact]
    public async Task Callers_do_not_continue_on_the_writers_thread()
    {
        await using var writer = OpenWriter(Long);
        var unblock = await BlockAsync(writer);
        var writing = 0;
        var write = writer.WriteAsync(_ => writing = Environment.CurrentManagedThreadId, default);
        var continued = write.ContinueWith(
            _ => Environment.CurrentManagedThreadId, default, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await unblock();

        Assert.NotEqual(writing, await continued);
    }

    private static Task<long> InsertAsync(EventWriter writer, long number) => writer.WriteAsync(connection => Insert(connection, number), default);

    private static long Insert(SqliteConnection connection, long number) =>
        RawSql.Scalar<long>(connection, $"INSERT INTO number (number) VALUES ({number}) RETURNING number");

    private static long Count(SqliteConnection connection) => RawSql.Scalar<long>(connection, "SELECT COUNT(*) FROM number");

    private long CountElsewhere()
    {
        using var connection = RawSql.Open(DatabaseFile);
        return Count(connection);
    }

    private EventWriter OpenWriter(TimeSpan patience)
    {
        var connection = new SqliteDatabase(DatabaseFile, isDurable: false).OpenWriter();
        RawSql.Execute(
            connection,
            "CREATE TABLE number (number INTEGER PRIMARY KEY); "
            + "CREATE TABLE child (number INTEGER REFERENCES number (number) DEFERRABLE INITIALLY DEFERRED)");
        return new EventWriter(connection, patience);
    }

    // A batch of its own that lasts until the function returned is called: what is written meanwhile makes up the next one.
    private async Task<Func<Task>> BlockAsync(EventWriter writer)
    {
        var entered = new TaskCompletionSource();
        var blocked = writer.WriteAsync(
            _ =>
            {
                entered.SetResult();
                return _gate.Wait(TimeSpan.FromSeconds(20));
            },
            default);
        await entered.Task;
        return () =>
        {
            _gate.Set();
            return blocked;
        };
    }
}
