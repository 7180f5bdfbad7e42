using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>Why a ref of a push may not move (R16, R18, R28, R29).</summary>
public abstract record RefRefusal
{
    private RefRefusal(RefName name) => Name = name;

    /// <summary>The ref.</summary>
    public RefName Name { get; }

    /// <summary>No confirmed state waits or stands for the owner.</summary>
    public sealed record NoState(RefName Name) : RefRefusal(Name);

    /// <summary>The state declares another object; <paramref name="Expected"/> is its author's own spelling, which may be any text.</summary>
    public sealed record WrongObject(RefName Name, string Expected, Oid Got, RepositoryState State) : RefRefusal(Name);

    /// <summary>The state does not declare the ref, which therefore may only be deleted.</summary>
    public sealed record Undeclared(RefName Name, RepositoryState State) : RefRefusal(Name);

    /// <summary>The state declares the ref, which therefore may not be deleted.</summary>
    public sealed record DeclaredDeletion(RefName Name, RepositoryState State) : RefRefusal(Name);

    /// <summary>The state declares the ref as symbolic: it is neither written nor deleted (R11).</summary>
    public sealed record Symbolic(RefName Name, RepositoryState State) : RefRefusal(Name);

    /// <summary>The ref stands already where a newer waiting state wants it, and the push follows an older one.</summary>
    public sealed record WouldMoveBack(RefName Name, RepositoryState Newer) : RefRefusal(Name);

    /// <summary>A branch `pr/…` that no state declares: what is wanted is a pull request event (R18).</summary>
    public sealed record PullRequestBranch(RefName Name) : RefRefusal(Name);

    /// <summary>Neither a branch, nor a tag, nor in refs/nostr/ (R18).</summary>
    public sealed record NamespaceRefused(RefName Name) : RefRefusal(Name);

    /// <summary>Not `refs/nostr/` and an event's id (R28).</summary>
    public sealed record NostrNameInvalid(RefName Name) : RefRefusal(Name);

    /// <summary>A pull request's ref is not deleted by push (R29).</summary>
    public sealed record NostrDeletion(RefName Name) : RefRefusal(Name);

    /// <summary>The event, or an earlier push before it came, names another commit (R28).</summary>
    public sealed record NostrWrongCommit(RefName Name, Oid Expected, Oid Got) : RefRefusal(Name);

    /// <summary>The event is not known, and refs are not kept for events that may come.</summary>
    public sealed record NostrUnknown(RefName Name) : RefRefusal(Name);

    /// <summary>Nothing is wrong with it, but a push goes through as a whole or not at all.</summary>
    public sealed record NotAlone(RefName Name) : RefRefusal(Name);
}
