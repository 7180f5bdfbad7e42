using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>What is to become of a push.</summary>
public abstract record PushDecision
{
    private PushDecision()
    {
    }

    /// <summary>Nothing would change: accepted, nothing asked (R17).</summary>
    public sealed record NothingToDo : PushDecision;

    /// <summary>git may do exactly this.</summary>
    /// <param name="Updates">All updates of the push, those without effect too.</param>
    /// <param name="By">The state that its branches and tags agree with, or null when it has none.</param>
    public sealed record Authorised(IReadOnlyList<RefUpdate> Updates, RepositoryState? By) : PushDecision;

    /// <summary>Nothing of it may happen.</summary>
    /// <param name="Refusals">One for every update of the push, in its order (R19).</param>
    public sealed record Refused(IReadOnlyList<RefRefusal> Refusals) : PushDecision;
}
