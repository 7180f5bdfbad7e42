using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The relay's own key pair (NIP-11 `pubkey`).</summary>
public sealed class RelayKey(SecretKey secretKey)
{
    /// <summary>Who the relay is.</summary>
    public PublicKey PublicKey { get; } = secretKey.PublicKey;

    /// <summary>The key that was found, or a new one on first start.</summary>
    /// <exception cref="InvalidDataException">One is there and cannot be used: starting with a new identity would be worse than not starting.</exception>
    public static RelayKey Load(IReadOnlyDictionary<string, string> environment, string file) =>
        new(OwnerKey.Find(environment, file) is OwnerKeyOutcome.Found found ? found.Key : KeyFile.ReadOrCreate(file));
}
