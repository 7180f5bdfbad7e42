using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>A few connections that read, each read in one snapshot of the database.</summary>
internal sealed class ReadPool : IAsyncDisposable
{
    private readonly Channel<SqliteConnection> _idle = Channel.CreateUnbounded<SqliteConnection>();
    private readonly int _size;
    private readonly TimeSpan _patience;

    /// <summary>Takes over the connections.</summary>
    /// <param name="connections">No one else may use them.</param>
    /// <param name="patience">How long a read may wait for a connection, and how long it may take then.</param>
    public ReadPool(IReadOnlyList<SqliteConnection> connections, TimeSpan patience)
    {
        (_size, _patience) = (connections.Count, patience);
        foreach (var connection in connections)
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    /// <summary>Reads; the token given to the function also ends when the time is up.</summary>
    /// <exception cref="TimeoutException">No connection was free in time, or the read took too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        var connection = await TakeAsync(cancellationToken);
        try
        {
            return await Task.Run(() => ReadSnapshot(connection, read, cancellationToken), CancellationToken.None);
        }
        finally
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    /// <summary>Waits for the reads that run, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var closed = 0; closed < _size; closed++)
        {
            await (await _idle.Reader.ReadAsync()).DisposeAsync();
        }

        _idle.Writer.TryComplete();
    }

    private async Task<SqliteConnection> TakeAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            return await _idle.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no read of the event store ended within {_patience}");
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(ReadPool));
        }
    }

    private T ReadSnapshot<T>(SqliteConnection connection, Func<SqliteConnection, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        using var interruption = patience.Token.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        try
        {
            connection.Execute("BEGIN DEFERRED");
            return read(connection, patience.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_INTERRUPT })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"a read of the event store took longer than {_patience}");
        }
        finally
        {
            SqliteDatabase.RollBack(connection);
        }
    }
}
