using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>An owner's repository: whose URL it is, and the identifier (`d`) of its announcement (NIP-34).</summary>
public sealed record RepositoryAddress(PublicKey Owner, string Identifier)
{
    /// <summary>As it stands in clone URLs and log lines: `npub1…/identifier`.</summary>
    public override string ToString() => $"{Owner.ToNpub()}/{Identifier}";
}
