using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Something that should always be true at rest and is not.</summary>
public abstract record Violation
{
    private Violation()
    {
    }

    /// <summary>What is wrong and where, for operators, on one line.</summary>
    public abstract string Text { get; }

    /// <summary>Whether something is broken; otherwise it is only worth knowing.</summary>
    public virtual bool IsFault => true;

    /// <summary>As <see cref="Text"/>.</summary>
    public sealed override string ToString() => Text;

    /// <summary>A branch or tag is not where the released state says, nor where a newer waiting one wants it.</summary>
    /// <param name="Repository">Whose.</param>
    /// <param name="Update">From where it is to where the state says.</param>
    /// <param name="State">The released state.</param>
    public sealed record RefStandsElsewhere(RepositoryAddress Repository, RefUpdate Update, EventId State) : Violation
    {
        /// <inheritdoc/>
        public override string Text => Update.IsDelete
            ? $"{Repository}: {Update.Name} is at {Update.Old}, the released state {State} has no such ref"
            : $"{Repository}: {Update.Name} is {(Update.Old.IsZero ? "missing" : $"at {Update.Old}")}, the released state {State} says {Update.New}";
    }

    /// <summary>HEAD does not name the branch of the released state, though that branch is there.</summary>
    public sealed record HeadStandsElsewhere(RepositoryAddress Repository, RefName? Actual, RefName Declared, EventId State) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository}: HEAD is {Actual?.Full ?? "detached"}, the released state {State} says {Declared}";
    }

    /// <summary>Objects of the released state, or what they refer to, are not in the repository.</summary>
    public sealed record ObjectsMissing(RepositoryAddress Repository, EventId State) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository}: objects of the released state {State} are missing";
    }

    /// <summary>The announcement is served, and there is no repository.</summary>
    public sealed record RepositoryMissing(RepositoryAddress Repository) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository}: the announcement is served, but there is no repository";
    }

    /// <summary>An event is served although it waits.</summary>
    public sealed record ServedAndHeld(string Identifier, EventId Id) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Identifier}: event {Id} is served and waits";
    }

    /// <summary>A ref of a pull request that nobody here has signed, or that is at another commit than was signed.</summary>
    /// <param name="Repository">Whose.</param>
    /// <param name="Name">In refs/nostr/.</param>
    /// <param name="Value">Where it is.</param>
    /// <param name="Proposed">Where the event says; null when the event is not here.</param>
    public sealed record PullRequestRefAstray(RepositoryAddress Repository, RefName Name, Oid Value, Oid? Proposed) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository}: {Name} is at {Value}, {(Proposed is { } oid ? $"its event says {oid}" : "and its event is not here")}";
    }

    /// <summary>A ref in a namespace in which nothing here makes any.</summary>
    public sealed record ForeignRef(BareRepository Repository, RefName Name, Oid Value) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: {Name} is in a namespace that no push and no state may write";
    }

    /// <summary>A repository that no announcement stands for, served or held.</summary>
    /// <param name="Repository">Which.</param>
    /// <param name="IsEmpty">Whether it has no refs: then a crash may have come between its making and its announcement, and nothing is lost with it.</param>
    public sealed record WithoutAnnouncement(BareRepository Repository, bool IsEmpty) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: no announcement stands for this repository{(IsEmpty ? ", which is empty" : "")}";

        /// <inheritdoc/>
        public override bool IsFault => !IsEmpty;
    }

    /// <summary>A repository that cannot be read.</summary>
    public sealed record Unreadable(BareRepository Repository, string Reason) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: cannot be read: {Reason}";
    }

    /// <summary>No fault: the author of what stands has left since, and it stands until somebody who belongs signs anew (R15).</summary>
    public sealed record AuthorHasLeft(RepositoryAddress Repository, EventId State, PublicKey Author) : Violation
    {
        /// <inheritdoc/>
        public override string Text => $"{Repository}: the released state {State} is by {Author.ToNpub()}, who does not belong to the maintainers any more";

        /// <inheritdoc/>
        public override bool IsFault => false;
    }
}
