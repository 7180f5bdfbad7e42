namespace GitNostrBridge.Nostr;

/// <summary>The kinds that this server knows by name (NIP-01, NIP-09, NIP-22, NIP-34, NIP-62, NIP-65), and the ranges of NIP-01.</summary>
public static class EventKinds
{
    /// <summary>A person's profile (NIP-01).</summary>
    public const int Profile = 0;

    /// <summary>A deletion request (NIP-09).</summary>
    public const int Deletion = 5;

    /// <summary>A request to vanish (NIP-62).</summary>
    public const int Vanish = 62;

    /// <summary>A comment (NIP-22).</summary>
    public const int Comment = 1111;

    /// <summary>A patch (NIP-34).</summary>
    public const int Patch = 1617;

    /// <summary>A pull request (NIP-34).</summary>
    public const int PullRequest = 1618;

    /// <summary>An update of a pull request (NIP-34).</summary>
    public const int PullRequestUpdate = 1619;

    /// <summary>An issue (NIP-34).</summary>
    public const int Issue = 1621;

    /// <summary>The relays that a person reads and writes (NIP-65).</summary>
    public const int RelayList = 10002;

    /// <summary>The GRASP servers that a person prefers (NIP-34).</summary>
    public const int GraspList = 10317;

    /// <summary>A repository's announcement (NIP-34).</summary>
    public const int RepositoryAnnouncement = 30617;

    /// <summary>A repository's state (NIP-34).</summary>
    public const int RepositoryState = 30618;

    /// <summary>Of such a kind only the newest event of each author is kept.</summary>
    public static bool IsReplaceable(int kind) => kind is 0 or 3 or >= 10000 and < 20000;

    /// <summary>Of such a kind only the newest event of each author and `d` value is kept.</summary>
    public static bool IsAddressable(int kind) => kind is >= 30000 and < 40000;

    /// <summary>Such a kind is passed on and never stored.</summary>
    public static bool IsEphemeral(int kind) => kind is >= 20000 and < 30000;
}
