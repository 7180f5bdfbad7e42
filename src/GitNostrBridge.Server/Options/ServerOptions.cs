using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>All settings of the server, read from appsettings.json, the environment (`Section__Key`) and the command line, in this order.</summary>
public sealed record ServerOptions(
    GraspOptions Grasp,
    StorageOptions Storage,
    PurgatoryOptions Purgatory,
    PolicyOptions Policy,
    RepositoriesOptions Repositories,
    LimitOptions Limits,
    MaintenanceOptions Maintenance,
    GitSyncOptions GitSync)
{
    /// <summary>Where to listen when nothing else is said.</summary>
    public const string DefaultUrls = "http://127.0.0.1:7334";

    /// <summary>Reads the settings; problems are collected, each with its key, so that all can be told at once.</summary>
    public static ServerOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var options = new ServerOptions(
            Section(configuration, "Grasp", new GraspOptions(), problems),
            Section(configuration, "Storage", new StorageOptions(), problems),
            Section(configuration, "Purgatory", new PurgatoryOptions(), problems),
            PolicyOptions.Read(configuration),
            Section(configuration, "Repositories", new RepositoriesOptions(), problems),
            Section(configuration, "Limits", new LimitOptions(), problems),
            Section(configuration, "Maintenance", new MaintenanceOptions(), problems),
            Section(configuration, "GitSync", new GitSyncOptions(), problems));
        options.Check(problems);
        options.Policy.ToPolicy(problems);
        return options;
    }

    private void Check(ICollection<string> problems)
    {
        if (!Grasp.BasePath.StartsWith('/'))
        {
            problems.Add($"Grasp:BasePath is `{Grasp.BasePath}`; it must begin with a slash");
        }

        if (Grasp.Domain.Contains('/', StringComparison.Ordinal))
        {
            problems.Add($"Grasp:Domain is `{Grasp.Domain}`; it must be a host, or host:port, without a scheme or path");
        }

        Positive("Purgatory:Lifetime", (long)Purgatory.Lifetime.TotalSeconds, problems);
        Positive("Purgatory:LongestWait", (long)Purgatory.LongestWait.TotalSeconds, problems);
        Positive("Purgatory:SoftExpiry", (long)Purgatory.SoftExpiry.TotalSeconds, problems);
        Positive("Purgatory:PlaceholderLifetime", (long)Purgatory.PlaceholderLifetime.TotalSeconds, problems);
        Positive("Purgatory:SweepInterval", (long)Purgatory.SweepInterval.TotalSeconds, problems);
        Positive("Purgatory:MostEvents", Purgatory.MostEvents, problems);
        Positive("Purgatory:MostEventsPerAuthor", Purgatory.MostEventsPerAuthor, problems);
        Positive("Purgatory:MostStatesPerRepository", Purgatory.MostStatesPerRepository, problems);
        Positive("Purgatory:MostPlaceholdersPerRepository", Purgatory.MostPlaceholdersPerRepository, problems);
        Positive("Repositories:RecoveryRetention", (long)Repositories.RecoveryRetention.TotalSeconds, problems);
        Positive("Limits:MessageBytes", Limits.MessageBytes, problems);
        Positive("Limits:EventBytes", Limits.EventBytes, problems);
        Positive("Limits:TagsPerEvent", Limits.TagsPerEvent, problems);
        Positive("Limits:TagValueLength", Limits.TagValueLength, problems);
        Positive("Limits:FutureSeconds", Limits.FutureSeconds, problems);
        Positive("Limits:EventsPerMinute", Limits.EventsPerMinute, problems);
        Positive("Limits:Connections", Limits.Connections, problems);
        Positive("Limits:ConnectionsPerAddress", Limits.ConnectionsPerAddress, problems);
        Positive("Limits:SubscriptionsPerConnection", Limits.SubscriptionsPerConnection, problems);
        Positive("Limits:FiltersPerRequest", Limits.FiltersPerRequest, problems);
        Positive("Limits:ValuesPerFilter", Limits.ValuesPerFilter, problems);
        Positive("Limits:EventsPerFilter", Limits.EventsPerFilter, problems);
        Positive("Limits:AnswerBytes", Limits.AnswerBytes, problems);
        Positive("Limits:QuerySeconds", Limits.QuerySeconds, problems);
        Positive("Limits:QueriesAtOnce", Limits.QueriesAtOnce, problems);
        Positive("Limits:UnsentBytes", Limits.UnsentBytes, problems);
        Positive("Limits:PackBytes", Limits.PackBytes, problems);
        Positive("Limits:ObjectsPerPush", Limits.ObjectsPerPush, problems);
        Positive("Limits:RepositoryBytes", Limits.RepositoryBytes, problems);
        NotNegative("Limits:TotalBytes", Limits.TotalBytes, problems);
        NotNegative("Limits:FreeDiskBytes", Limits.FreeDiskBytes, problems);
        Positive("Limits:RefsPerPush", Limits.RefsPerPush, problems);
        Positive("Limits:RefsPerRepository", Limits.RefsPerRepository, problems);
        Positive("Limits:FetchRequestBytes", Limits.FetchRequestBytes, problems);
        Positive("Limits:RefusedPushBytes", Limits.RefusedPushBytes, problems);
        Positive("Limits:Fetches", Limits.Fetches, problems);
        Positive("Limits:Advertisements", Limits.Advertisements, problems);
        Positive("Limits:Pushes", Limits.Pushes, problems);
        Positive("Limits:QueuedRequests", Limits.QueuedRequests, problems);
        Positive("Limits:QueueMilliseconds", Limits.QueueMilliseconds, problems);
        Positive("Limits:BytesPerSecond", Limits.BytesPerSecond, problems);
        Positive("Maintenance:Interval", (long)Maintenance.Interval.TotalSeconds, problems);
        Positive("Maintenance:PacksBeforeTidy", Maintenance.PacksBeforeTidy, problems);
        Positive("Maintenance:CollectInterval", (long)Maintenance.CollectInterval.TotalSeconds, problems);
        if (Maintenance.Retention <= Purgatory.LongestWait)
        {
            problems.Add("Maintenance:Retention must be longer than Purgatory:LongestWait: what waits needs its objects");
        }
        Positive("GitSync:BackoffBase", (long)GitSync.BackoffBase.TotalMilliseconds, problems);
        Positive("GitSync:BackoffCap", (long)GitSync.BackoffCap.TotalMilliseconds, problems);
        Positive("GitSync:PerDomainConcurrency", GitSync.PerDomainConcurrency, problems);
        Positive("GitSync:PerDomainPerMinute", GitSync.PerDomainPerMinute, problems);
        Positive("GitSync:FetchTimeout", (long)GitSync.FetchTimeout.TotalSeconds, problems);
        Positive("GitSync:MaxFetchBytes", GitSync.MaxFetchBytes, problems);
    }

    private static void Positive(string key, long value, ICollection<string> problems)
    {
        if (value <= 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it must be greater than 0"));
        }
    }

    private static void NotNegative(string key, long value, ICollection<string> problems)
    {
        if (value < 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it must not be negative"));
        }
    }

    private static T Section<T>(IConfiguration configuration, string name, T defaults, ICollection<string> problems)
        where T : class
    {
        try
        {
            return configuration.GetSection(name).Get<T>() ?? defaults;
        }
        catch (InvalidOperationException failure)
        {
            problems.Add($"{name}: {failure.Message}");
            return defaults;
        }
    }
}
