using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>How one becomes a maintainer (R14).</summary>
public enum MaintainerModel
{
    /// <summary>By being named and by accepting: one's own announcement names somebody who belongs already.</summary>
    Reciprocal,

    /// <summary>By being named, directly or by somebody who was named: the older reading.</summary>
    Listed,
}

/// <summary>The confirmed set of an owner for one identifier: whose states count for his repository (R14).</summary>
public sealed class MaintainerSet
{
    /// <summary>How many members a set has at the most; who comes later by key is left out.</summary>
    public const int MaxMembers = 500;

    /// <summary>How many invitations may stand between the owner and a member.</summary>
    public const int MaxDepth = 50;

    private readonly FrozenSet<PublicKey> _named;

    private MaintainerSet(PublicKey owner, HashSet<PublicKey> confirmed, HashSet<PublicKey> named) =>
        (Owner, Confirmed, _named) = (owner, confirmed.ToFrozenSet(), named.ToFrozenSet());

    /// <summary>Whose repository it is about; always a member, for the URL is his.</summary>
    public PublicKey Owner { get; }

    /// <summary>The members.</summary>
    public IReadOnlySet<PublicKey> Confirmed { get; }

    /// <summary>Grows the set from the owner alone, each round by those whom the members of the rounds before let in.</summary>
    /// <param name="owner">Whose set.</param>
    /// <param name="newestByAuthor">The newest announcement of each author for the identifier, served or held.</param>
    /// <param name="model">What it takes to belong.</param>
    public static MaintainerSet Of(PublicKey owner, IReadOnlyDictionary<PublicKey, RepositoryAnnouncement> newestByAuthor, MaintainerModel model)
    {
        HashSet<PublicKey> confirmed = [owner], named = [], invited = [];
        IReadOnlyList<PublicKey> joined = [owner];
        for (var depth = 0; joined.Count > 0; depth++)
        {
            foreach (var claims in joined.Select(ClaimsOf).OfType<MaintainerClaims>())
            {
                named.UnionWith(claims.Named);
                invited.UnionWith(claims.Maintainers);
            }

            invited.ExceptWith(confirmed);
            joined = depth < MaxDepth ? [.. invited.Where(IsLetIn).OrderBy(key => key.Hex, StringComparer.Ordinal).Take(MaxMembers - confirmed.Count)] : [];
            confirmed.UnionWith(joined);
        }

        return new MaintainerSet(owner, confirmed, named);

        MaintainerClaims? ClaimsOf(PublicKey key) => newestByAuthor.TryGetValue(key, out var announcement) ? announcement.Claims : null;

        bool IsLetIn(PublicKey key) => ClaimsOf(key) is { } claims
            ? !claims.Declines && (model == MaintainerModel.Listed || claims.Maintainers.Overlaps(confirmed))
            : model == MaintainerModel.Listed;
    }

    /// <summary>Whether the key's states count for the owner.</summary>
    public bool Contains(PublicKey key) => Confirmed.Contains(key);

    /// <summary>Whether a member names the key, in any entry that is not void (R7).</summary>
    public bool IsNamed(PublicKey key) => _named.Contains(key);
}
