using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>Counts the git requests that run, and, once the server is to end, lets them finish and no new ones begin.</summary>
public sealed class Draining(Readiness readiness, CurrentLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _running;

    private bool _isDraining;

    /// <summary>The git requests that run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Begins one; null when the server is about to end. Disposing it ends it.</summary>
    public IDisposable? TryEnter()
    {
        lock (_gate)
        {
            if (_isDraining)
            {
                return null;
            }

            _running++;
            return new Entry(this);
        }
    }

    /// <summary>Tells a client who comes too late.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = limits.Now.DrainSeconds.ToString(CultureInfo.InvariantCulture);
        return PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "the server is about to end or to restart; try again soon");
    }

    /// <summary>Whether new work is refused.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_gate)
            {
                return _isDraining;
            }
        }
    }

    /// <summary>Refuses new work at once, and waits for what runs, as long as `Limits:DrainSeconds` allows; false when something still ran then.</summary>
    public async Task<bool> DrainAsync()
    {
        readiness.Drain();
        lock (_gate)
        {
            _isDraining = true;
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        try
        {
            await _idle.Task.WaitAsync(TimeSpan.FromSeconds(limits.Now.DrainSeconds), time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_running == 0 && _isDraining)
            {
                _idle.TrySetResult();
            }
        }
    }

    private sealed class Entry(Draining owner) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                owner.Leave();
            }
        }
    }
}
