using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>
/// The environment of the Rust server ngit-grasp, whose operators change nothing but the executable: each `NGIT_*` variable and what it
/// becomes here. Those that are not named here are ignored, and so are empty ones.
/// </summary>
public static class NgitVariables
{
    private const string Test = "NGIT_TEST";

    /// <summary>Each variable that is a setting here, its key, and how its value is spelled here.</summary>
    public static readonly IReadOnlyList<(string Variable, string Key, Func<string, string?> Spell)> Settings =
    [
        ("NGIT_BIND_ADDRESS", "Urls", addresses => string.Join(';', addresses.Split(',').Select(address => "http://" + address.Trim()))),
        ("NGIT_DOMAIN", "Grasp:Domain", Same),
        ("NGIT_BASE_PATH", "Grasp:BasePath", path => "/" + path.Trim('/')),
        ("NGIT_TRUSTED_PROXY_CIDRS", "Grasp:TrustedProxies", Same),
        ("NGIT_RELAY_NAME", "Grasp:Name", Same),
        ("NGIT_RELAY_DESCRIPTION", "Grasp:Description", Same),
        ("NGIT_GIT_DATA_PATH", "Storage:GitPath", Same),
        ("NGIT_RELAY_DATA_PATH", "Storage:RelayPath", Same),
        ("NGIT_DATABASE_BACKEND", "Storage:Backend", backend => backend.Equals("memory", StringComparison.OrdinalIgnoreCase) ? "memory" : "sqlite"),
        ("NGIT_REPOSITORY_WHITELIST", "Policy:RepositoryWhitelist", Same),
        ("NGIT_REPOSITORY_BLACKLIST", "Policy:RepositoryBlacklist", Same),
        ("NGIT_EVENT_BLACKLIST", "Policy:EventBlacklist", Same),
        ("NGIT_MAX_CONNECTIONS", "Limits:Connections", Same),
        ("NGIT_RELAY_MAX_SUBSCRIPTIONS", "Limits:SubscriptionsPerConnection", Same),
        ("NGIT_RELAY_FILTER_LIMIT", "Limits:EventsPerFilter", Same),
        ("NGIT_SYNC_BASE_BACKOFF_SECS", "GitSync:BackoffBase", Seconds),
        ("NGIT_SYNC_MAX_BACKOFF_SECS", "GitSync:BackoffCap", Seconds),
        ("NGIT_SYNC_ALLOW_NON_GLOBAL_TARGETS", "GitSync:AllowPrivateAddresses", Truth),
        ("NGIT_METRICS_ENABLED", "Metrics:Enabled", Truth),
        ("NGIT_LOG_LEVEL", "Logging:LogLevel:Default", Level),
    ];

    /// <summary>Each variable that asks for something that this server does not do, and what happens instead.</summary>
    public static readonly IReadOnlyList<(string Variable, string Instead)> Unsupported =
    [
        ("NGIT_ARCHIVE_ALL", "only repositories that list this server are taken"),
        ("NGIT_ARCHIVE_WHITELIST", "only repositories that list this server are taken"),
        ("NGIT_ARCHIVE_GRASP_SERVICES", "only repositories that list this server are taken"),
        ("NGIT_ARCHIVE_READ_ONLY", "no repository is archived"),
        ("NGIT_GRASP06_ENABLE", "addresses below /prs/ answer 404"),
        ("NGIT_SYNC_BOOTSTRAP_RELAY_URL", "events come from clients alone; missing git data is fetched from the servers that announcements name"),
        ("NGIT_SYNC_PLUS_ENABLED", "events come from clients alone"),
        ("NGIT_PRIVATE_MEMBERS", "everybody may read"),
        ("NGIT_PRIVATE_PUBLIC_ORIGIN", "everybody may read"),
    ];

    /// <summary>The settings that the variables stand for.</summary>
    public static NamedSettings Read(IReadOnlyDictionary<string, string> environment) => new(
        from setting in Settings
        let given = environment.GetValueOrDefault(setting.Variable)
        where !string.IsNullOrWhiteSpace(given)
        let value = setting.Spell(given.Trim())
        where value is not null
        select (setting.Key, value, setting.Variable));

    /// <summary>The settings for tests: little waiting, and the machine itself may be fetched from. Every explicit setting outranks them.</summary>
    public static NamedSettings ReadTestProfile(IReadOnlyDictionary<string, string> environment) => new(IsOff(environment.GetValueOrDefault(Test)) ? [] :
    [
        ("GitSync:UserEventDelay", "00:00:00.200", Test),
        ("GitSync:SyncedEventDelay", "00:00:00.200", Test),
        ("GitSync:BackoffBase", "00:00:00.200", Test),
        ("GitSync:AllowPrivateAddresses", "true", Test),
        ("GitSync:AllowHttp", "true", Test),
    ]);

    /// <summary>What an operator should know who asks for something that is not here.</summary>
    public static IEnumerable<string> Warnings(IReadOnlyDictionary<string, string> environment) =>
        from demand in Unsupported
        where !IsOff(environment.GetValueOrDefault(demand.Variable))
        select $"{demand.Variable} is set, and this server does not support it: {demand.Instead}";

    /// <summary>What must not start: a private service that would be public here.</summary>
    public static IEnumerable<string> Problems(IReadOnlyDictionary<string, string> environment) =>
        IsOff(environment.GetValueOrDefault("NGIT_PRIVATE_MODE"))
            ? []
            : ["NGIT_PRIVATE_MODE is set, and this server has no private mode: everybody could read what is kept here. Unset it to serve the public, or stay with the server that has it"];

    private static string Same(string value) => value;

    // What is neither goes on as it is, and is told as a problem with the variable's name.
    private static string Truth(string value) => IsOff(value) ? "false" : value.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON" ? "true" : value;

    private static bool IsOff(string? value) => value is null || value.Trim().ToUpperInvariant() is "" or "0" or "FALSE" or "NO" or "OFF";

    // There, 0 is no wait at all; here a round always waits a little.
    private static string Seconds(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(Math.Max(seconds, 0.001)).ToString("c", CultureInfo.InvariantCulture)
            : value;

    // Such as `info` or `info,ngit_grasp=debug`: what is said of that server's own modules has no meaning here.
    private static string? Level(string value) => value.Split(',').Select(part => part.Trim()).FirstOrDefault(part => !part.Contains('=', StringComparison.Ordinal)) switch
    {
        null => null,
        var level => level.ToUpperInvariant() switch
        {
            "TRACE" => "Trace",
            "DEBUG" => "Debug",
            "INFO" => "Information",
            "WARN" or "WARNING" => "Warning",
            "ERROR" => "Error",
            "OFF" => "None",
            _ => level,
        },
    };
}
