namespace GitNostrBridge.Server;

/// <summary>Whether the server wants work, and if not, what it is doing and how far it is (`/readyz`).</summary>
public sealed class Readiness
{
    private readonly Lock _gate = new();

    private volatile ReadinessState _now = new(ReadinessPhase.Starting, "starting", 0, 0);

    /// <summary>How it stands.</summary>
    public ReadinessState Now => _now;

    /// <summary>Tells a step of the start or of a repair; a server that drains does not come back.</summary>
    /// <param name="phase">Starting or repairing.</param>
    /// <param name="doing">In words.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="of">Of how many; 0 when it is not known.</param>
    public void Report(ReadinessPhase phase, string doing, int done, int of) => Replace(new ReadinessState(phase, doing, done, of));

    /// <summary>From now on the server wants work.</summary>
    public void Ready() => Replace(new ReadinessState(ReadinessPhase.Ready, "serving", 0, 0));

    /// <summary>From now on it finishes what runs, and takes nothing new.</summary>
    public void Drain() => Replace(new ReadinessState(ReadinessPhase.Draining, "finishing pushes and clones that run", 0, 0));

    private void Replace(ReadinessState next)
    {
        lock (_gate)
        {
            _now = _now.Phase == ReadinessPhase.Draining ? _now : next;
        }
    }
}

/// <summary>What a server is doing.</summary>
/// <param name="Phase">In one word.</param>
/// <param name="Doing">In more words.</param>
/// <param name="Done">How many are done.</param>
/// <param name="Of">Of how many; 0 when it is not known.</param>
public sealed record ReadinessState(ReadinessPhase Phase, string Doing, int Done, int Of);

/// <summary>Phases of a server's life.</summary>
public enum ReadinessPhase
{
    /// <summary>It serves, but looks whether data has come for what waits.</summary>
    Starting,

    /// <summary>It serves, but removes what its last end has left.</summary>
    Repairing,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>It is about to end.</summary>
    Draining,
}
