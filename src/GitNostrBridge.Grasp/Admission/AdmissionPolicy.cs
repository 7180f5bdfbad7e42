namespace GitNostrBridge.Grasp;

/// <summary>Whom the operator lets in and whom not; may change while the server runs.</summary>
/// <param name="RepositoryWhitelist">If there is any entry: only these repositories are announced here.</param>
/// <param name="RepositoryBlacklist">These repositories are not announced here, whatever the white list says.</param>
/// <param name="EventBlacklist">Of these authors and identifiers no event is taken.</param>
public sealed record AdmissionPolicy(PolicyList RepositoryWhitelist, PolicyList RepositoryBlacklist, PolicyList EventBlacklist)
{
    /// <summary>Everybody is welcome.</summary>
    public static readonly AdmissionPolicy Open = new(PolicyList.Empty, PolicyList.Empty, PolicyList.Empty);

    /// <summary>Why a repository may not be announced here, or null when it may.</summary>
    public string? WhyNot(RepositoryAddress address) =>
        RepositoryBlacklist.Holds(address.Owner, address.Identifier) ? "the operator of this service does not host this repository"
        : !RepositoryWhitelist.IsEmpty && !RepositoryWhitelist.Holds(address.Owner, address.Identifier)
            ? "this service hosts chosen repositories alone; ask its operator to add this one to the list"
        : null;
}
