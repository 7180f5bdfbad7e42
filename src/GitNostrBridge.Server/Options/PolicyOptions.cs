using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Section `Policy`: whom the operator lets in and whom not; read again whenever appsettings.json changes. Lists of `npub1…`, `npub1…/identifier` and `identifier` with commas between.</summary>
/// <param name="RepositoryWhitelist">If there is any entry: only these repositories are announced here.</param>
/// <param name="RepositoryBlacklist">Repositories that are not announced here, whatever the white list says.</param>
/// <param name="EventBlacklist">Authors and identifiers of whom no event is taken.</param>
public sealed record PolicyOptions(string RepositoryWhitelist = "", string RepositoryBlacklist = "", string EventBlacklist = "")
{
    /// <summary>Reads the section as it is now.</summary>
    public static PolicyOptions Read(IConfiguration configuration) => new(
        configuration["Policy:RepositoryWhitelist"] ?? "", configuration["Policy:RepositoryBlacklist"] ?? "", configuration["Policy:EventBlacklist"] ?? "");

    /// <summary>The lists; problems are collected, each with its key.</summary>
    public AdmissionPolicy ToPolicy(ICollection<string> problems) => new(
        List("Policy:RepositoryWhitelist", RepositoryWhitelist, problems),
        List("Policy:RepositoryBlacklist", RepositoryBlacklist, problems),
        List("Policy:EventBlacklist", EventBlacklist, problems));

    private static PolicyList List(string key, string entries, ICollection<string> problems)
    {
        var ofList = new List<string>();
        var list = PolicyList.Read(entries.Split(','), ofList);
        foreach (var problem in ofList)
        {
            problems.Add($"{key}: {problem}");
        }

        return list;
    }
}
