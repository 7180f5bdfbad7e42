using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Spells what became of an event as the OK that its sender reads (NIP-01, GRASP-01).</summary>
internal static class OkMessages
{
    private const string Waiting = "purgatory: won't be served until git data arrives";

    /// <summary>The OK for a result.</summary>
    public static byte[] Of(EventId id, AdmissionResult result) => result switch
    {
        AdmissionResult.Accepted => RelayMessage.Ok(id, accepted: true, ""),
        AdmissionResult.Held => RelayMessage.Ok(id, accepted: true, Waiting),
        AdmissionResult.Duplicate { IsServed: true } => RelayMessage.Ok(id, accepted: true, MessagePrefix.Duplicate.Before("this event is served already")),
        AdmissionResult.Duplicate => RelayMessage.Ok(id, accepted: true, Waiting),
        AdmissionResult.Superseded => RelayMessage.Ok(id, accepted: true, MessagePrefix.Duplicate.Before("a newer event of this author is here already")),
        AdmissionResult.Refused refused => Refused(id, refused.Prefix, refused.Reason),
        _ => throw new InvalidOperationException(result.ToString()),
    };

    /// <summary>The OK of an event that is not genuine.</summary>
    public static byte[] NotGenuine(EventId id, EventVerification verification) => verification switch
    {
        EventVerification.WrongId wrong => Refused(id, MessagePrefix.Invalid, $"the id is not the hash of the event, which is {wrong.Computed}"),
        EventVerification.BadSignature => Refused(id, MessagePrefix.Invalid, "the signature does not verify"),
        _ => throw new InvalidOperationException(verification.ToString()),
    };

    /// <summary>The OK of an answer to a challenge (NIP-42); <paramref name="problem"/> says what is wrong with it, or is null.</summary>
    public static byte[] OfAuthentication(EventId id, string? problem) =>
        problem is null ? RelayMessage.Ok(id, accepted: true, "") : Refused(id, MessagePrefix.Invalid, problem);

    /// <summary>A refusal.</summary>
    public static byte[] Refused(EventId id, MessagePrefix prefix, string reason) => RelayMessage.Ok(id, accepted: false, prefix.Before(reason));
}
