namespace GitNostrBridge.Grasp;

/// <summary>What made the gate look.</summary>
public enum ReleaseCause
{
    /// <summary>An event has arrived, or one that counted has gone.</summary>
    Arrival,

    /// <summary>Somebody has pushed.</summary>
    Push,

    /// <summary>Data was fetched from another server.</summary>
    Fetch,

    /// <summary>The server has started.</summary>
    Start,
}
