using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Events in words.</summary>
internal static class EventWords
{
    /// <summary>What people call a kind.</summary>
    public static string KindName(int kind) => kind switch
    {
        EventKinds.RepositoryAnnouncement => "announcement",
        EventKinds.RepositoryState => "state",
        EventKinds.PullRequest => "pull request",
        EventKinds.PullRequestUpdate => "pull request update",
        _ => "event",
    };

    /// <summary>The first digits, enough to recognise an id or key.</summary>
    public static string Short(string hex) => hex[..8];
}
