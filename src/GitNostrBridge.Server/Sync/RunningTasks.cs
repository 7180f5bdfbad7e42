namespace GitNostrBridge.Server;

/// <summary>Background work under way.</summary>
internal sealed class RunningTasks
{
    private readonly Lock _lock = new();

    private readonly Dictionary<long, Task> _tasks = [];

    private long _last;

    /// <summary>Starts work, which must catch its own failures.</summary>
    public void Start(Func<Task> work)
    {
        lock (_lock)
        {
            var id = ++_last;
            _tasks.Add(id, Task.Run(() => RunAsync(id, work)));
        }
    }

    /// <summary>Ends when nothing is under way any more.</summary>
    public async Task WhenAllAsync()
    {
        while (UnderWay() is { Length: > 0 } tasks)
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(long id, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _tasks.Remove(id);
            }
        }
    }

    private Task[] UnderWay()
    {
        lock (_lock)
        {
            return [.. _tasks.Values];
        }
    }
}
