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

/// <summary>The spelling of the prefixes.</summary>
public static class MessagePrefixes
{
    /// <summary>The prefix, a colon and the reason: a text for OK or CLOSED.</summary>
    public static string Before(this MessagePrefix prefix, string reason) => prefix switch
    {
        MessagePrefix.Error => "error: ",
        MessagePrefix.Invalid => "invalid: ",
        MessagePrefix.Blocked => "blocked: ",
        MessagePrefix.Restricted => "restricted: ",
        MessagePrefix.RateLimited => "rate-limited: ",
        MessagePrefix.Duplicate => "duplicate: ",
        MessagePrefix.AuthRequired => "auth-required: ",
        _ => throw new ArgumentOutOfRangeException(nameof(prefix), prefix, null),
    } + reason;
}
