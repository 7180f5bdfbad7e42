using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What became of an event that was offered.</summary>
public abstract record AdmissionResult
{
    private AdmissionResult()
    {
    }

    /// <summary>It is served.</summary>
    public sealed record Accepted : AdmissionResult;

    /// <summary>It waits in purgatory for its git data.</summary>
    public sealed record Held : AdmissionResult;

    /// <summary>It is here already, served or held.</summary>
    public sealed record Duplicate(bool IsServed) : AdmissionResult;

    /// <summary>A newer event stands at its address, so it is not needed.</summary>
    public sealed record Superseded : AdmissionResult;

    /// <summary>It is not taken; the reason says what would be.</summary>
    public sealed record Refused(MessagePrefix Prefix, string Reason) : AdmissionResult;

    /// <summary>The refusal of an event whose author has deleted it (R34).</summary>
    internal static AdmissionResult DeletedByAuthor { get; } =
        new Refused(MessagePrefix.Blocked, "its author has deleted this event; sign a new one");

    /// <summary>What a save means for whoever offered the event.</summary>
    internal static AdmissionResult From(SaveOutcome outcome) => outcome switch
    {
        SaveOutcome.Saved => new Accepted(),
        SaveOutcome.Duplicate => new Duplicate(IsServed: true),
        SaveOutcome.Superseded => new Superseded(),
        SaveOutcome.Deleted => DeletedByAuthor,
        _ => throw new InvalidOperationException(outcome.ToString()),
    };
}
