using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage.Tests;

public sealed class ReadPoolTests : StoreTest
{
    private const string Endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n";

    [Fact]
    public async Task A_read_that_finds_no_free_connection_in_time_is_given_up()
    {
        await using var pool = OpenPool(TimeSpan.FromMilliseconds(500));
        using var release = new ManualResetEventSlim();
        var holder = pool.ReadAsync((_, _) => release.Wait(TimeSpan.FromSeconds(20), CancellationToken.None), default);

        await Assert.ThrowsAsync<TimeoutException>(() => pool.ReadAsync((_, _) => 1, default));

        release.Set();
        Assert.True(await holder);
        Assert.Equal(1, await pool.ReadAsync((_, _) => 1, default));
    }

    [Fact]
    public async Task A_read_that_does_not_end_is_broken_off_and_the_connection_lives_on()
    {
        await using var pool = OpenPool(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAsync<TimeoutException>(() => pool.ReadAsync((connection, _) => RawSql.Scalar<long>(connection, Endless), default));

        Assert.Equal(7, await pool.ReadAsync((connection, _) => RawSql.Scalar<long>(connection, "SELECT 7"), default));
    }

    [Fact]
    public async Task A_cancelled_read_ends()
    {
        await using var pool = OpenPool(TimeSpan.FromMinutes(1));
        using var cancellation = new CancellationTokenSource();
        var read = pool.ReadAsync(
            (connection, _) =>
            {
                cancellation.CancelAfter(1);
                return RawSql.Scalar<long>(connection, Endless);
            },
            cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(7, await pool.ReadAsync((connection, _) => RawSql.Scalar<long>(connection, "SELECT 7"), default));
    }

    [Fact]
    public async Task All_of_a_read_sees_one_moment()
    {
        await using var pool = OpenPool(TimeSpan.FromMinutes(1));
        await SavedAsync(TestEvent.Issue(TestEvent.Alice, 1));

        var (before, after) = await pool.ReadAsync(
            (connection, _) =>
            {
                var first = RawSql.Scalar<long>(connection, "SELECT COUNT(*) FROM event");
                SavedAsync(TestEvent.Issue(TestEvent.Alice, 2)).Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
                return (first, RawSql.Scalar<long>(connection, "SELECT COUNT(*) FROM event"));
            },
            default);

        Assert.Equal((1, 1), (before, after));
        Assert.Equal(2, (await ServedAsync()).Count);
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var pool = OpenPool(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<SqliteException>(() => pool.ReadAsync((connection, _) => RawSql.Scalar<long>(connection, "DELETE FROM event RETURNING sequence"), default));
    }

    private ReadPool OpenPool(TimeSpan patience) => new([new SqliteDatabase(DatabaseFile, isDurable: true).OpenReader()], patience);
}
