namespace GitNostrBridge.Server;

/// <summary>All settings of the server. Each section reads and checks itself; only what concerns two sections is checked here.</summary>
/// <param name="Urls">Where to listen, with semicolons between.</param>
/// <param name="Grasp">Who this server is.</param>
/// <param name="Storage">Where everything lives.</param>
/// <param name="Purgatory">How long, and how much, may wait.</param>
/// <param name="Policy">Whom the operator lets in.</param>
/// <param name="Repositories">What is kept of repositories beyond what is served.</param>
/// <param name="Limits">What a stranger may ask.</param>
/// <param name="Maintenance">How repositories are kept small and fast.</param>
/// <param name="CloneCache">Answers to clones that are kept.</param>
/// <param name="GitSync">Fetching missing git data.</param>
/// <param name="Observability">What it tells about itself.</param>
public sealed record ServerOptions(
    string Urls,
    GraspOptions Grasp,
    StorageOptions Storage,
    PurgatoryOptions Purgatory,
    PolicyOptions Policy,
    RepositoriesOptions Repositories,
    LimitOptions Limits,
    MaintenanceOptions Maintenance,
    CloneCacheOptions CloneCache,
    GitSyncOptions GitSync,
    ObservabilityOptions Observability)
{
    /// <summary>Where to listen when nothing else is said.</summary>
    public const string DefaultUrls = "http://127.0.0.1:7334";

    /// <summary>Every setting that there is, with its default.</summary>
    public static IReadOnlyList<Setting> Known { get; } = ReadKnown();

    /// <summary>Reads the settings; problems are collected, each with its key, so that all can be told at once.</summary>
    public static ServerOptions Read(IConfiguration configuration, ICollection<string> problems) => Read(new SettingsReader(configuration, problems));

    /// <summary>Reads the settings with a reader, which knows afterwards what there is and tells the problems.</summary>
    public static ServerOptions Read(SettingsReader reader)
    {
        var options = new ServerOptions(
            reader.Root.Text("Urls", DefaultUrls, urls => urls.Split(';').All(IsUrl), "one or more of the form http://127.0.0.1:7334, with semicolons between"),
            GraspOptions.Read(reader.Section("Grasp")),
            StorageOptions.Read(reader.Section("Storage")),
            PurgatoryOptions.Read(reader.Section("Purgatory")),
            PolicyOptions.Read(reader.Section("Policy")),
            RepositoriesOptions.Read(reader.Section("Repositories")),
            LimitOptions.Read(reader.Section("Limits")),
            MaintenanceOptions.Read(reader.Section("Maintenance")),
            CloneCacheOptions.Read(reader.Section("CloneCache")),
            GitSyncOptions.Read(reader.Section("GitSync")),
            ObservabilityOptions.Read(reader));
        if (options.Maintenance.Retention <= options.Purgatory.LongestWait)
        {
            reader.Problem("Maintenance:Retention must be longer than Purgatory:LongestWait: what waits needs its objects");
        }

        reader.FindUnknown();
        return options;
    }

    private static IReadOnlyList<Setting> ReadKnown()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().Build(), []);
        Read(reader);
        return reader.Settings;
    }

    private static bool IsUrl(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https"
                && address.PathBase.Length == 0
                && (address.IsUnixPipe || address.Host is "+" or "*" || Uri.CheckHostName(address.Host.Trim('[', ']')) != UriHostNameType.Unknown);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
