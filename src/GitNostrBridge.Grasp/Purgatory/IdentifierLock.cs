namespace GitNostrBridge.Grasp;

/// <summary>One turn at a time for each repository identifier; identifiers do not wait for one another.</summary>
public sealed class IdentifierLock
{
    private readonly Dictionary<string, Queue> _queues = [];

    /// <summary>Waits for the identifier's turn; disposing the answer ends it.</summary>
    public async Task<IDisposable> EnterAsync(string identifier, CancellationToken cancellationToken)
    {
        Queue? queue;
        lock (_queues)
        {
            if (!_queues.TryGetValue(identifier, out queue))
            {
                _queues.Add(identifier, queue = new Queue());
            }

            queue.Users++;
        }

        try
        {
            await queue.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(identifier, queue);
            throw;
        }

        return new Turn(this, identifier, queue);
    }

    private void Leave(string identifier, Queue queue)
    {
        lock (_queues)
        {
            if (--queue.Users == 0)
            {
                _queues.Remove(identifier);
                queue.Gate.Dispose();
            }
        }
    }

    private sealed class Queue
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Turn(IdentifierLock owner, string identifier, Queue queue) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                queue.Gate.Release();
                owner.Leave(identifier, queue);
            }
        }
    }
}
