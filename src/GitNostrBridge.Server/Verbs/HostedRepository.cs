using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>An owner's repository, as operators see it.</summary>
/// <param name="Address">Whose, and its identifier.</param>
/// <param name="Announcement">The announcement that it stands for.</param>
/// <param name="IsHeld">Whether that waits.</param>
/// <param name="Repository">Its folder, or null when there is none.</param>
internal sealed record HostedRepository(RepositoryAddress Address, RepositoryAnnouncement Announcement, bool IsHeld, BareRepository? Repository)
{
    /// <summary>All repositories that announcements here stand for, by identifier and owner.</summary>
    public static async Task<IReadOnlyList<HostedRepository>> AllAsync(IdleServer server, CancellationToken cancellationToken)
    {
        var identifiers = (await server.Store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        var announcements = new Filter { Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement) };
        await foreach (var announcement in EventPages.ReadAsync(server.Store, announcements, cancellationToken).ConfigureAwait(false))
        {
            identifiers.Add(announcement.Identifier);
        }

        var all = new List<HostedRepository>();
        foreach (var identifier in identifiers.Order(StringComparer.Ordinal))
        {
            all.AddRange(await OfAsync(server, identifier, cancellationToken).ConfigureAwait(false));
        }

        return all;
    }

    /// <summary>The one that a user means by `npub1…/identifier`, or by an identifier that one owner alone has.</summary>
    /// <exception cref="VerbException">There is none, or more than one.</exception>
    public static async Task<HostedRepository> FindAsync(IdleServer server, string name, CancellationToken cancellationToken)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var hasOwner = PublicKey.TryParseNpub(slash > 0 ? name[..slash] : null, out var owner);
        var found = await OfAsync(server, hasOwner ? name[(slash + 1)..] : name, cancellationToken).ConfigureAwait(false);
        var meant = found.Where(repository => !hasOwner || repository.Address.Owner == owner).ToList();
        return meant switch
        {
            [var only] => only,
            [] => throw new VerbException($"no repository {name} is here", "`repo list` shows all; give one as npub1…/identifier."),
            _ => throw new VerbException($"{meant.Count} owners have a repository {name}", "Give one of:\n    " + string.Join("\n    ", meant.Select(repository => repository.Address))),
        };
    }

    private static async Task<IReadOnlyList<HostedRepository>> OfAsync(IdleServer server, string identifier, CancellationToken cancellationToken)
    {
        var found = new List<HostedRepository>();
        await foreach (var (snapshot, owners) in server.Get<RepositoryCatalogue>().AllAsync(identifier, cancellationToken).ConfigureAwait(false))
        {
            found.AddRange(owners.Select(owner => snapshot.TryGetAnnouncement(owner, out var entry)
                ? new HostedRepository(entry.Announcement.Address, entry.Announcement, entry.IsHeld, server.Repositories.Find(owner.ToNpub(), identifier))
                : null).OfType<HostedRepository>());
        }

        return found;
    }
}
