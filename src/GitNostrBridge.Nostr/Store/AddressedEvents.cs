using System.Collections.Frozen;

namespace GitNostrBridge.Nostr;

/// <summary>Asks for what stands at the addresses that some authors have under one identifier.</summary>
/// <param name="Identifier">The addresses' identifier (`d`).</param>
/// <param name="Kinds">Addressable kinds.</param>
/// <param name="Authors">Whose.</param>
/// <param name="MostBytes">Bytes of JSON, beyond which the rest is left out.</param>
public sealed record AddressedQuery(string Identifier, FrozenSet<int> Kinds, FrozenSet<PublicKey> Authors, long MostBytes);

/// <summary>What stands at some addresses, at one moment; expired events (NIP-40) do not.</summary>
public sealed record AddressedEvents(IReadOnlyList<NostrEvent> Served, IReadOnlyList<NostrEvent> Held);

/// <summary>Whose events of a kind are found under an identifier.</summary>
/// <param name="Served">Authors of served ones, by key.</param>
/// <param name="Held">Authors of held ones; whose is the oldest by `created_at` comes first.</param>
public sealed record IdentifierAuthors(IReadOnlyList<PublicKey> Served, IReadOnlyList<PublicKey> Held);
