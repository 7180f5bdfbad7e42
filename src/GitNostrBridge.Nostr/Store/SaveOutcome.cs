namespace GitNostrBridge.Nostr;

/// <summary>What came of saving an event.</summary>
public abstract record SaveOutcome
{
    private SaveOutcome()
    {
    }

    /// <summary>It is served now.</summary>
    public sealed record Saved(StoredEvent Stored) : SaveOutcome;

    /// <summary>It was served already.</summary>
    public sealed record Duplicate : SaveOutcome;

    /// <summary>A newer event stands at its address.</summary>
    public sealed record Superseded : SaveOutcome;

    /// <summary>Its author has deleted it (NIP-09).</summary>
    public sealed record Deleted : SaveOutcome;
}
