using System.Globalization;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Something that `doctor` has found.</summary>
internal abstract record Finding
{
    private Finding()
    {
    }

    /// <summary>What kind of thing, for programs.</summary>
    public abstract string Kind { get; }

    /// <summary>What is wrong and where, on one line.</summary>
    public abstract string Text { get; }

    /// <summary>What repair does about it, or null when nothing can be done here.</summary>
    public abstract string? Repair { get; }

    /// <summary>Whether something is broken; otherwise it is only worth knowing.</summary>
    public virtual bool IsFault => true;

    /// <summary>One of the rules that hold for every repository at rest is broken.</summary>
    public sealed record Broken(Violation Violation) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => Violation.GetType().Name;

        /// <inheritdoc/>
        public override string Text => Violation.Text;

        /// <inheritdoc/>
        public override bool IsFault => Violation.IsFault;

        /// <inheritdoc/>
        public override string? Repair => Violation switch
        {
            Violation.RefStandsElsewhere or Violation.HeadStandsElsewhere => "move it to where the released state says; what that takes out of reach is kept as a recovery ref",
            Violation.ObjectsMissing => "bring the objects from another owner's repository, if one has them",
            Violation.RepositoryMissing => "take it back from those set aside, or make it anew, with the objects of the other owners' repositories",
            Violation.ServedAndHeld => "let it wait no more",
            Violation.PullRequestRefAstray { Proposed: not null } => "move it to the commit that its event names, if that is here; keep the others as a recovery ref",
            Violation.PullRequestRefAstray or Violation.ForeignRef => "delete the ref and keep its commits as a recovery ref",
            Violation.WithoutAnnouncement => "set the repository aside, where it is kept as long as one that has left service",
            _ => null,
        };
    }

    /// <summary>Something stands in a repository's folder that should not, or not so.</summary>
    public sealed record Form(BareRepository Repository, string Deviation) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => nameof(Form);

        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: {Deviation}";

        /// <inheritdoc/>
        public override string? Repair => HostedForm.WhyUnreadable(Repository) is null ? "raise the fence; set foreign hooks and settings aside in the repository's folder" : null;
    }

    /// <summary>A killed process has left files.</summary>
    public sealed record Leftovers(BareRepository Repository, int Count) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => nameof(Leftovers);

        /// <inheritdoc/>
        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Repository.Path}: {Count} files or folders are left from interrupted work");

        /// <inheritdoc/>
        public override string? Repair => "delete them";
    }

    /// <summary>A repository is not whole without another folder.</summary>
    public sealed record Borrows(BareRepository Repository, string Lender) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => nameof(Borrows);

        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: it borrows objects from {Lender}, and can neither be moved nor backed up alone";

        /// <inheritdoc/>
        public override string? Repair => "copy the borrowed objects into it";
    }

    /// <summary>git itself finds a repository broken.</summary>
    public sealed record Unsound(BareRepository Repository, string Reason) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => nameof(Unsound);

        /// <inheritdoc/>
        public override string Text => $"{Repository.Path}: git fsck: {Reason}";

        /// <inheritdoc/>
        public override string? Repair => "bring the objects of the other owners' repositories, if they have what it lacks";
    }

    /// <summary>SQLite finds the database broken.</summary>
    public sealed record Database(string Reason) : Finding
    {
        /// <inheritdoc/>
        public override string Kind => nameof(Database);

        /// <inheritdoc/>
        public override string Text => $"the event database: {Reason}";

        /// <inheritdoc/>
        public override string? Repair => null;
    }
}
