using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Section `Policy`: whom the operator lets in and whom not. Read again whenever the configuration changes.</summary>
internal static class PolicyOptions
{
    /// <summary>Reads the lists, each an array or one text with commas; problems are collected, each with its key.</summary>
    public static AdmissionPolicy Read(IConfiguration configuration, ICollection<string> problems) => new(
        List(configuration, "Policy:RepositoryWhitelist", problems),
        List(configuration, "Policy:RepositoryBlacklist", problems),
        List(configuration, "Policy:EventBlacklist", problems));

    private static PolicyList List(IConfiguration configuration, string key, ICollection<string> problems)
    {
        var section = configuration.GetSection(key);
        var entries = section.GetChildren().Select(child => child.Value).Append(section.Value).SelectMany(text => text?.Split(',') ?? []);
        var ofList = new List<string>();
        var list = PolicyList.Read(entries, ofList);
        foreach (var problem in ofList)
        {
            problems.Add($"{key}: {problem}");
        }

        return list;
    }
}
