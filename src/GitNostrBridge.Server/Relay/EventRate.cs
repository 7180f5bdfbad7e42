namespace GitNostrBridge.Server;

/// <summary>How many events one connection may send: a minute's worth at once, then as many as flow back. Safe for use by many threads at once.</summary>
public sealed class EventRate(int perMinute, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _left = perMinute;
    private long _last = time.GetTimestamp();

    /// <summary>The rate.</summary>
    public int PerMinute => perMinute;

    /// <summary>Whether one more event is within the rate; if so, it is counted.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(perMinute, _left + (time.GetElapsedTime(_last, now).TotalMinutes * perMinute));
            _last = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
