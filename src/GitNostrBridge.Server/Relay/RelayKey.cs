using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The relay's own key pair (NIP-11 `pubkey`).</summary>
public sealed class RelayKey(SecretKey secretKey)
{
    /// <summary>Who the relay is.</summary>
    public PublicKey PublicKey { get; } = secretKey.PublicKey;

    /// <summary>Reads the key file, or makes one on first start.</summary>
    /// <exception cref="InvalidDataException">The file is there and holds no key: starting with a new identity would be worse than not starting.</exception>
    public static RelayKey Load(string path) => new(KeyFile.ReadOrCreate(path));
}
