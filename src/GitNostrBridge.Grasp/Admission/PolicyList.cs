using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Authors, repositories and identifiers, written as `npub1…`, `npub1…/identifier` and `identifier`.</summary>
public sealed class PolicyList
{
    /// <summary>The list that holds nothing.</summary>
    public static readonly PolicyList Empty = Read([], []);

    private readonly FrozenSet<PublicKey> _authors;
    private readonly FrozenSet<RepositoryAddress> _repositories;
    private readonly FrozenSet<string> _identifiers;

    private PolicyList(IEnumerable<PublicKey> authors, IEnumerable<RepositoryAddress> repositories, IEnumerable<string> identifiers) =>
        (_authors, _repositories, _identifiers) = (authors.ToFrozenSet(), repositories.ToFrozenSet(), identifiers.ToFrozenSet());

    /// <summary>Whether there is no entry.</summary>
    public bool IsEmpty => _authors.Count + _repositories.Count + _identifiers.Count == 0;

    /// <summary>Reads entries; each one that begins with `npub1` and is no key is a problem, and left out.</summary>
    public static PolicyList Read(IEnumerable<string> entries, ICollection<string> problems)
    {
        var (authors, repositories, identifiers) = (new List<PublicKey>(), new List<RepositoryAddress>(), new List<string>());
        foreach (var entry in entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0))
        {
            var parts = entry.Split('/', 2);
            if (!entry.StartsWith("npub1", StringComparison.Ordinal))
            {
                identifiers.Add(entry);
            }
            else if (!PublicKey.TryParseNpub(parts[0], out var author))
            {
                problems.Add($"`{entry}` does not begin with a valid npub");
            }
            else if (parts.Length == 1)
            {
                authors.Add(author);
            }
            else
            {
                repositories.Add(new RepositoryAddress(author, parts[1]));
            }
        }

        return new PolicyList(authors, repositories, identifiers);
    }

    /// <summary>Whether any entry means this author, this identifier, or both together.</summary>
    public bool Holds(PublicKey author, string identifier) =>
        _authors.Contains(author) || _identifiers.Contains(identifier) || _repositories.Contains(new RepositoryAddress(author, identifier));
}
