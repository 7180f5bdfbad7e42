namespace GitNostrBridge.Grasp;

/// <summary>Where an event comes from.</summary>
public enum EventOrigin
{
    /// <summary>Somebody has sent it here.</summary>
    User,

    /// <summary>It was found on another relay: nobody asks for it again, so what has waited here in vain stays away.</summary>
    Sync,
}
