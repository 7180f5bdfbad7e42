using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Section `Policy`: whom the operator lets in and whom not; read again whenever appsettings.json changes. Lists of `npub1…`, `npub1…/identifier` and `identifier` with commas between.</summary>
/// <param name="RepositoryWhitelist">If there is any entry: only these repositories are announced here.</param>
/// <param name="RepositoryBlacklist">Repositories that are not announced here, whatever the white list says.</param>
/// <param name="EventBlacklist">Authors and identifiers of whom no event is taken.</param>
public sealed record PolicyOptions(string RepositoryWhitelist = "", string RepositoryBlacklist = "", string EventBlacklist = "")
{
    /// <summary>Reads and checks the section.</summary>
    public static PolicyOptions Read(SectionReader section) =>
        new(ReadList(section, nameof(RepositoryWhitelist)), ReadList(section, nameof(RepositoryBlacklist)), ReadList(section, nameof(EventBlacklist)));

    /// <summary>The lists, which have been checked as they were read.</summary>
    public AdmissionPolicy ToPolicy() => new(ToList(RepositoryWhitelist), ToList(RepositoryBlacklist), ToList(EventBlacklist));

    private static string ReadList(SectionReader section, string name)
    {
        var entries = section.Text(name, "");
        var problems = new List<string>();
        PolicyList.Read(entries.Split(','), problems);
        if (problems.Count > 0)
        {
            section.Problem(name, entries, "entries npub1…, npub1…/identifier or identifier, with commas between; " + string.Join("; ", problems));
        }

        return entries;
    }

    private static PolicyList ToList(string entries) => PolicyList.Read(entries.Split(','), []);
}
