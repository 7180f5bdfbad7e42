namespace GitNostrBridge.Server;

/// <summary>How long to wait after a round that has left something waiting: twice as long each time, up to a cap (20, 40, 80, 120, 120 s).</summary>
public sealed record FetchBackoff(TimeSpan Base, TimeSpan Cap)
{
    // Beyond it doubling would overflow; every cap is met long before.
    private const int MaxDoublings = 20;

    /// <summary>The wait after that many rounds in a row; at least 1.</summary>
    public TimeSpan After(int rounds)
    {
        var wait = Base * (1 << Math.Min(rounds - 1, MaxDoublings));
        return wait < Cap ? wait : Cap;
    }
}
