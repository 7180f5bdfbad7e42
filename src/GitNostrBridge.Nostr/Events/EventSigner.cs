using System.Security.Cryptography;

namespace GitNostrBridge.Nostr;

/// <summary>Makes events of one's own: for the client verb and the relay's own key.</summary>
/// <param name="schnorr">The signature scheme.</param>
/// <param name="random">Where BIP-340's auxiliary randomness comes from.</param>
public sealed class EventSigner(Schnorr schnorr, RandomNumberGenerator random)
{
    /// <summary>The event of these fields with its id and signature; <paramref name="createdAt"/> is unix seconds.</summary>
    public NostrEvent Sign(SecretKey key, int kind, long createdAt, IReadOnlyList<EventTag> tags, string content)
    {
        var id = EventJson.ComputeId(key.PublicKey, createdAt, kind, tags, content);
        var auxiliary = new byte[32];
        random.GetBytes(auxiliary);
        var signature = schnorr.Sign(key.Bytes, id.ToBytes(), auxiliary);
        return new NostrEvent(id, key.PublicKey, createdAt, kind, tags, content, Convert.ToHexStringLower(signature));
    }
}
