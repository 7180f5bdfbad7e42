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
            queue.Yielding?.Cancel();
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

    /// <summary>Waits for the turns of several identifiers, in one order for all callers, so that nobody waits for somebody who waits for him.</summary>
    public async Task<IDisposable> EnterAllAsync(IEnumerable<string> identifiers, CancellationToken cancellationToken)
    {
        var taken = new Turns();
        try
        {
            foreach (var identifier in identifiers.Distinct().Order(StringComparer.Ordinal))
            {
                taken.Add(await EnterAsync(identifier, cancellationToken).ConfigureAwait(false));
            }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>For work that can be done later as well: waits for the turn, and is told to stop as soon as anybody else wants it.</summary>
    public async Task<YieldingTurn> EnterYieldingAsync(string identifier, CancellationToken cancellationToken)
    {
        var turn = (Turn)await EnterAsync(identifier, cancellationToken).ConfigureAwait(false);
        var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_queues)
        {
            turn.Queue.Yielding = wanted;
            if (turn.Queue.Users > 1)
            {
                wanted.Cancel();
            }
        }

        return new YieldingTurn(turn, wanted);
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

        /// <summary>Cancelled when whoever has the turn is to give it up.</summary>
        public CancellationTokenSource? Yielding { get; set; }
    }

    private sealed class Turn(IdentifierLock owner, string identifier, Queue queue) : IDisposable
    {
        private bool _ended;

        public Queue Queue => queue;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                lock (owner._queues)
                {
                    queue.Yielding = null;
                }

                queue.Gate.Release();
                owner.Leave(identifier, queue);
            }
        }
    }

    private sealed class Turns : List<IDisposable>, IDisposable
    {
        public void Dispose() => ForEach(turn => turn.Dispose());
    }
}

/// <summary>A turn whose holder gives way; disposing it ends it.</summary>
public sealed class YieldingTurn(IDisposable turn, CancellationTokenSource wanted) : IDisposable
{
    /// <summary>Cancelled when somebody else wants the turn.</summary>
    public CancellationToken Wanted { get; } = wanted.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        turn.Dispose();
        wanted.Dispose();
    }
}
