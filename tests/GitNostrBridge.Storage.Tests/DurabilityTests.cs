using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class DurabilityTests : StoreTest
{
    [Fact]
    public async Task Everything_is_there_after_closing_and_opening()
    {
        var (served, released, held) = (Issue(Alice, 1, ["t", "x"]), State(Alice, 2), State(Alice, 3));
        await SavedAsync(served);
        await HoldAsync(released);
        await HoldAsync(held);
        await ReleaseAsync(released, Alice);
        var before = await Store.QueryAsync([new Filter()], Wide, default);

        await ReopenAsync();

        var after = await Store.QueryAsync([new Filter()], Wide, default);
        Assert.Equal(before.Horizon, after.Horizon);
        Assert.Equal(before.Events.Select(stored => (stored.Sequence, stored.Id)), after.Events.Select(stored => (stored.Sequence, stored.Id)));
        Assert.Equal([served.Id], await QueryAsync(TagFilter('t', "x")));
        Assert.Equal([held.Id], await HeldAsync());
        Assert.Equal([new Standing(Alice, released.Id, Alice, 2)], await Store.StandingsAsync("d", default));
    }

    [Fact]
    public async Task An_event_is_in_the_file_when_its_task_completes()
    {
        using var raw = RawSql.Open(DatabaseFile);
        for (var number = 0; number < 20; number++)
        {
            await SavedAsync(Issue(Alice, number));
            Assert.Equal(number + 1, RawSql.Scalar<long>(raw, "SELECT COUNT(*) FROM event"));
        }
    }

    [Fact]
    public async Task A_process_that_dies_leaves_all_that_was_confirmed()
    {
        foreach (var number in Enumerable.Range(0, 50))
        {
            await SavedAsync(State(Alice, number, $"{number % 7}"));
        }

        // What a killed process leaves behind: the files as they stand, nothing closed.
        var copy = Directory.CreateDirectory(Path.Combine(Folder, "copy")).FullName;
        File.Copy(DatabaseFile, Path.Combine(copy, "events.sqlite"));
        File.Copy(DatabaseFile + "-wal", Path.Combine(copy, "events.sqlite-wal"));

        await using var survivor = await SqliteEventStore.OpenAsync(copy, default);
        var found = (await survivor.QueryAsync([new Filter()], Wide, default)).Events.Select(stored => stored.Id);
        Assert.Equal(await ServedAsync(), found);
        using var raw = RawSql.Open(Path.Combine(copy, "events.sqlite"));
        Assert.Equal("ok", RawSql.Scalar<string>(raw, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Closing_moves_everything_into_the_one_file()
    {
        await SavedAsync(Issue(Alice, 1));

        await Store.DisposeAsync();
        await Store.DisposeAsync();

        Assert.Equal([DatabaseFile], Directory.GetFiles(Folder));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SaveAsync(Issue(Alice, 2)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => QueryAsync(new Filter()));
    }

    [Fact]
    public void The_file_waits_for_the_disk_at_every_commit()
    {
        using var connection = new SqliteDatabase(DatabaseFile, isDurable: true).OpenWriter();

        Assert.Equal(2, RawSql.Scalar<long>(connection, "PRAGMA synchronous"));
        Assert.Equal(SqliteDatabase.SchemaVersion, RawSql.Scalar<long>(connection, "PRAGMA user_version"));
        Assert.Equal("wal", RawSql.Scalar<string>(connection, "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_with_advice()
    {
        await Store.DisposeAsync();
        using (var raw = RawSql.Open(DatabaseFile))
        {
            RawSql.Execute(raw, "PRAGMA user_version = 99");
        }

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => SqliteEventStore.OpenAsync(Folder, default));

        Assert.Contains("schema 99", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(DatabaseFile, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_store_works_alike_and_shares_nothing()
    {
        var issue = Issue(Alice, 1);
        await using var one = await SqliteEventStore.OpenTemporaryAsync(default);
        await using var other = await SqliteEventStore.OpenTemporaryAsync(default);

        await one.SaveAsync(issue, default);

        Assert.Single((await one.QueryAsync([new Filter()], Wide, default)).Events);
        Assert.Empty((await other.QueryAsync([new Filter()], Wide, default)).Events);
    }
}
