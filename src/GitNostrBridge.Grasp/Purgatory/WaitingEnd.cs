namespace GitNostrBridge.Grasp;

/// <summary>Why something waits no more although it was not released.</summary>
public enum WaitingEnd
{
    /// <summary>Its time was over.</summary>
    Deadline,

    /// <summary>An announcement's time was over: its repository is gone, a state may still revive it.</summary>
    SoftDeadline,

    /// <summary>The event itself has expired (NIP-40).</summary>
    Expiration,

    /// <summary>Something newer has been released for everybody whom it concerned (R26).</summary>
    Superseded,

    /// <summary>Its author has deleted it (R34).</summary>
    Deleted,
}
