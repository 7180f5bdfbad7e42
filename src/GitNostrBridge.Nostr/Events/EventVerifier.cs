namespace GitNostrBridge.Nostr;

/// <summary>What came of verifying an event.</summary>
public abstract record EventVerification
{
    private EventVerification()
    {
    }

    /// <summary>The id is that of the fields, and the author signed it.</summary>
    public sealed record Genuine : EventVerification;

    /// <summary>The event claims another id than its fields have.</summary>
    public sealed record WrongId(EventId Computed) : EventVerification;

    /// <summary>The id is right, but the author did not sign it.</summary>
    public sealed record BadSignature : EventVerification;
}

/// <summary>Tells genuine events from others (NIP-01). The id is computed anew, never believed.</summary>
public sealed class EventVerifier(Schnorr schnorr)
{
    /// <summary>Checks the id, then the signature; safe for use by many threads at once.</summary>
    public EventVerification Verify(NostrEvent nostrEvent)
    {
        var id = EventJson.ComputeId(nostrEvent.Author, nostrEvent.CreatedAt, nostrEvent.Kind, nostrEvent.Tags, nostrEvent.Content);
        if (id != nostrEvent.Id)
        {
            return new EventVerification.WrongId(id);
        }

        var signature = Convert.FromHexString(nostrEvent.Signature);
        return schnorr.Verify(nostrEvent.Author.ToBytes(), id.ToBytes(), signature)
            ? new EventVerification.Genuine()
            : new EventVerification.BadSignature();
    }
}
