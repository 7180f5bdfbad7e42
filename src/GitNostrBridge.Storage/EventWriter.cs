using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>
/// The one writer. It commits what waits in groups, because the disk's flush costs most; each write is undone alone when it fails, and its
/// caller hears of it only after the commit.
/// </summary>
internal sealed class EventWriter : IAsyncDisposable
{
    /// <summary>Writes in one transaction, at the most.</summary>
    public const int BatchSize = 100;

    private const int WaitingAtMost = 1_000;

    private static readonly ActivitySource Activities = new("GitNostrBridge");

    private readonly SqliteConnection _connection;
    private readonly TimeSpan _patience;
    private readonly StoreMetrics? _metrics;
    private readonly Task _thread;
    private readonly Channel<WriteCommand> _waiting =
        Channel.CreateBounded<WriteCommand>(new BoundedChannelOptions(WaitingAtMost) { SingleReader = true });

    /// <summary>Takes over the connection.</summary>
    /// <param name="connection">No one else may use it.</param>
    /// <param name="patience">How long a write may wait for its turn.</param>
    /// <param name="metrics">Counts the batches, or null.</param>
    public EventWriter(SqliteConnection connection, TimeSpan patience, StoreMetrics? metrics = null)
    {
        (_connection, _patience, _metrics) = (connection, patience, metrics);
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Does the work in a transaction and returns its result once that is committed durably.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before its turn: nothing was written.</exception>
    /// <exception cref="TimeoutException">Its turn did not come in time: nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
        where T : notnull
    {
        var command = new WriteCommand(connection => write(connection));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        using var withdrawal = patience.Token.Register(command.Withdraw);
        try
        {
            await _waiting.Writer.WriteAsync(command, patience.Token);
            return (T)await command.Done;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"the event store took no write for {_patience}");
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(EventWriter));
        }
    }

    /// <summary>Commits what waits, moves the write-ahead log into the database and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _thread;
        if (SQLitePCL.raw.sqlite3_db_readonly(_connection.Handle, "main") == 0)
        {
            _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        await _connection.DisposeAsync();
    }

    private void Run()
    {
        var batch = new List<WriteCommand>(BatchSize);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var command))
            {
                if (command.TryTake())
                {
                    batch.Add(command);
                }
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }
        }
    }

    private void Commit(List<WriteCommand> batch)
    {
        using var span = Activities.StartActivity("commit")?.SetTag("writes", batch.Count);
        var started = Stopwatch.GetTimestamp();
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            batch.ForEach(RunAlone);
            _connection.Execute("COMMIT TRANSACTION");
        }
        catch (Exception failure)
        {
            TryRollBack();
            _metrics?.Committed(batch.Count, started, succeeded: false);
            batch.ForEach(command => command.Fail(failure));
            return;
        }

        // Before the callers hear of it: whoever looks then finds it counted.
        _metrics?.Committed(batch.Count, started, succeeded: true);
        batch.ForEach(command => command.Complete());
    }

    // A full disk may end the whole transaction; then there is no savepoint any more, and the batch fails as one.
    private void RunAlone(WriteCommand command)
    {
        _connection.Execute("SAVEPOINT command");
        if (!command.TryRun(_connection))
        {
            _connection.Execute("ROLLBACK TO command");
        }

        _connection.Execute("RELEASE command");
    }

    // If even that fails, the next batch cannot begin, and its callers hear of it.
    private void TryRollBack()
    {
        try
        {
            SqliteDatabase.RollBack(_connection);
        }
        catch (SqliteException)
        {
        }
    }
}
