namespace GitNostrBridge.Nostr;

/// <summary>The machine-readable first word of an OK or CLOSED text (NIP-01).</summary>
public enum MessagePrefix
{
    /// <summary>The server failed.</summary>
    Error,

    /// <summary>The event breaks a rule of its format.</summary>
    Invalid,

    /// <summary>Policy: not wanted here.</summary>
    Blocked,

    /// <summary>The author may not do this.</summary>
    Restricted,

    /// <summary>Too much, too fast.</summary>
    RateLimited,

    /// <summary>Known already.</summary>
    Duplicate,

    /// <summary>Needs NIP-42 authentication.</summary>
    AuthRequired,
}
