using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitNostrBridge.Nostr;

/// <summary>The coordinate `kind:pubkey:identifier` of an addressable event (NIP-01); the identifier is empty for replaceable kinds.</summary>
public sealed record EventAddress(int Kind, PublicKey Author, string Identifier)
{
    /// <summary>The address that an event occupies, or null when its kind has none.</summary>
    public static EventAddress? Of(NostrEvent nostrEvent) =>
        EventKinds.IsAddressable(nostrEvent.Kind) ? new(nostrEvent.Kind, nostrEvent.Author, nostrEvent.Identifier)
        : EventKinds.IsReplaceable(nostrEvent.Kind) ? new(nostrEvent.Kind, nostrEvent.Author, "")
        : null;

    /// <summary>What finds the event that stands there.</summary>
    public Filter AsFilter() => new()
    {
        Kinds = FrozenSet.Create(Kind),
        Authors = FrozenSet.Create(Author),
        Tags = EventKinds.IsReplaceable(Kind)
            ? FrozenDictionary<char, FrozenSet<string>>.Empty
            : FrozenDictionary.Create(KeyValuePair.Create('d', FrozenSet.Create(Identifier))),
    };

    /// <summary>Splits at the first two colons only, because identifiers may hold colons (R32).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EventAddress? address)
    {
        address = null;
        var parts = text?.Split(':', 3);
        if (parts is not { Length: 3 }
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kind)
            || kind > 65535
            || !PublicKey.TryParse(parts[1], out var author))
        {
            return false;
        }

        address = new EventAddress(kind, author, parts[2]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Author.Hex}:{Identifier}");
}
