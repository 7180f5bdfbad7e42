using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What came of reading a pull request.</summary>
public abstract record PullRequestParse
{
    private PullRequestParse()
    {
    }

    /// <summary>A well formed pull request; whether anything here is meant by it is not decided yet.</summary>
    public sealed record Parsed(PullRequest PullRequest) : PullRequestParse;

    /// <summary>Not a pull request, and why, for the sender to read.</summary>
    public sealed record Malformed(string Reason) : PullRequestParse;
}

/// <summary>A pull request or an update of one, kinds 1618 and 1619 (NIP-34, R30, R31).</summary>
public sealed class PullRequest
{
    private PullRequest(NostrEvent nostrEvent, Oid commit)
    {
        Event = nostrEvent;
        Commit = commit;
        Repositories = [.. nostrEvent.TagsNamed("a").Select(ReadAddress).OfType<RepositoryAddress>().Distinct()];
        Clone = [.. nostrEvent.TagsNamed("clone").SelectMany(tag => tag.Values).Where(value => value.Length > 0)];
    }

    /// <summary>The event itself; its id names the ref (R31).</summary>
    public NostrEvent Event { get; }

    /// <summary>`c`: the commit that is proposed.</summary>
    public Oid Commit { get; }

    /// <summary>The repositories that `a` tags name; other coordinates are passed over.</summary>
    public IReadOnlyList<RepositoryAddress> Repositories { get; }

    /// <summary>Where the commit may be fetched.</summary>
    public IReadOnlyList<string> Clone { get; }

    /// <summary>Reads an event of kind 1618 or 1619: `c` with 40 or 64 lower-case hex digits is needed.</summary>
    public static PullRequestParse Parse(NostrEvent nostrEvent) =>
        nostrEvent.Kind is not (EventKinds.PullRequest or EventKinds.PullRequestUpdate) ? new PullRequestParse.Malformed("a pull request has kind 1618 or 1619")
        : !Oid.TryParse(nostrEvent.FirstTag("c")?.Value, out var commit) || commit.IsZero ? new PullRequestParse.Malformed("a pull request needs a c tag with the id of a commit")
        : new PullRequestParse.Parsed(new PullRequest(nostrEvent, commit));

    private static RepositoryAddress? ReadAddress(EventTag tag) =>
        EventAddress.TryParse(tag.Value, out var address) && address.Kind == EventKinds.RepositoryAnnouncement
            ? new RepositoryAddress(address.Author, address.Identifier)
            : null;
}
