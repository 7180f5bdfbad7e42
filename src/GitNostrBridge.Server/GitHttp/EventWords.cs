using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Events in words.</summary>
internal static class EventWords
{
    // NIP-34: open, applied, closed, draft.
    private const int FirstStatus = 1630;

    /// <summary>What people call a kind.</summary>
    public static string KindName(int kind) => kind switch
    {
        EventKinds.RepositoryAnnouncement => "announcement",
        EventKinds.RepositoryState => "state",
        EventKinds.PullRequest => "pull request",
        EventKinds.PullRequestUpdate => "pull request update",
        EventKinds.Issue => "issue",
        EventKinds.Patch => "patch",
        EventKinds.Comment => "comment",
        FirstStatus or FirstStatus + 1 or FirstStatus + 2 or FirstStatus + 3 => "status",
        _ => "event",
    };

    /// <summary>The first digits, enough to recognise an id or key.</summary>
    public static string Short(string hex) => hex[..8];
}
