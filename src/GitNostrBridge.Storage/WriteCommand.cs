using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One write that waits for the writer. Either the writer takes it or its caller withdraws it, never both.</summary>
internal sealed class WriteCommand(Func<SqliteConnection, object> write)
{
    // Callers' continuations must not run on the writer's thread.
    private readonly TaskCompletionSource<object> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claimed;
    private object? _result;
    private Exception? _failure;

    /// <summary>Completes after the commit; cancelled when withdrawn.</summary>
    public Task<object> Done => _done.Task;

    /// <summary>Claims it for the writer; false when it was withdrawn.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>Takes it back, unless the writer has it.</summary>
    public void Withdraw()
    {
        if (Interlocked.Exchange(ref _claimed, 1) == 0)
        {
            _done.TrySetCanceled();
        }
    }

    /// <summary>Does the work; false when it failed and must be undone.</summary>
    public bool TryRun(SqliteConnection connection)
    {
        try
        {
            _result = write(connection);
            return true;
        }
        catch (Exception failure)
        {
            _failure = failure;
            return false;
        }
    }

    /// <summary>Tells the caller what came of it, now that the rest of the batch is committed.</summary>
    public void Complete()
    {
        if (_failure is not null)
        {
            _done.TrySetException(_failure);
        }
        else
        {
            _done.TrySetResult(_result!);
        }
    }

    /// <summary>Tells the caller that the batch was not committed.</summary>
    public void Fail(Exception failure) => _done.TrySetException(_failure ?? failure);
}
