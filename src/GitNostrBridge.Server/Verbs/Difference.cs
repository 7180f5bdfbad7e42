using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Something that two servers have differently.</summary>
internal abstract record Difference
{
    private Difference()
    {
    }

    /// <summary>What kind of thing, for programs.</summary>
    public abstract string Kind { get; }

    /// <summary>Which repository: `npub1…/identifier`.</summary>
    public abstract string Where { get; }

    /// <summary>What is different, on one line.</summary>
    public abstract string Text { get; }

    /// <summary>An announcement or state that only one of them serves, or another one of which one serves the newer.</summary>
    /// <param name="EventKind">30617 or 30618.</param>
    /// <param name="Address">Its author and identifier.</param>
    /// <param name="Here">The id here, or null.</param>
    /// <param name="There">The id there, or null.</param>
    /// <param name="IsNewerHere">Whether this server has the newer one, or the only one.</param>
    public sealed record Event(int EventKind, RepositoryAddress Address, EventId? Here, EventId? There, bool IsNewerHere) : Difference
    {
        /// <inheritdoc/>
        public override string Kind => EventWords.KindName(EventKind);

        /// <inheritdoc/>
        public override string Where => Address.ToString();

        /// <inheritdoc/>
        public override string Text =>
            There is null ? $"{Kind} only here: {Here}"
            : Here is null ? $"{Kind} only there: {There}"
            : $"{Kind} is newer {(IsNewerHere ? "here" : "there")}: {Here} here, {There} there";
    }

    /// <summary>A branch or tag that stands elsewhere, or on one of them only.</summary>
    public sealed record Ref(RepositoryAddress Address, RefName Name, Oid? Here, Oid? There) : Difference
    {
        /// <inheritdoc/>
        public override string Kind => "ref";

        /// <inheritdoc/>
        public override string Where => Address.ToString();

        /// <inheritdoc/>
        public override string Text => $"{Name}: {Here?.Hex ?? "none"} here, {There?.Hex ?? "none"} there";
    }

    /// <summary>A repository that is announced on both and has no git data to be had on one.</summary>
    public sealed record Repository(RepositoryAddress Address, bool IsMissingHere, string Reason) : Difference
    {
        /// <inheritdoc/>
        public override string Kind => "repository";

        /// <inheritdoc/>
        public override string Where => Address.ToString();

        /// <inheritdoc/>
        public override string Text => $"announced on both, and cannot be read {(IsMissingHere ? "here" : "there")}: {Reason}";
    }
}
