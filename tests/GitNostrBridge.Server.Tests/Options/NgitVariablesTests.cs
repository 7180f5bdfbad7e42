namespace GitNostrBridge.Server.Tests;

/// <summary>The variables of ngit-grasp and what they become here.</summary>
public sealed class NgitVariablesTests
{
    [Theory]
    [InlineData("NGIT_BIND_ADDRESS", "0.0.0.0:7334", "Urls", "http://0.0.0.0:7334")]
    [InlineData("NGIT_DOMAIN", "git.example", "Grasp:Domain", "git.example")]
    [InlineData("NGIT_BASE_PATH", "grasp/", "Grasp:BasePath", "/grasp")]
    [InlineData("NGIT_BASE_PATH", "/", "Grasp:BasePath", "/")]
    [InlineData("NGIT_TRUSTED_PROXY_CIDRS", "10.0.0.0/8,::1", "Grasp:TrustedProxies", "10.0.0.0/8,::1")]
    [InlineData("NGIT_RELAY_NAME", "A name", "Grasp:Name", "A name")]
    [InlineData("NGIT_RELAY_DESCRIPTION", "A sentence.", "Grasp:Description", "A sentence.")]
    [InlineData("NGIT_GIT_DATA_PATH", "/srv/git", "Storage:GitPath", "/srv/git")]
    [InlineData("NGIT_RELAY_DATA_PATH", "/srv/relay", "Storage:RelayPath", "/srv/relay")]
    [InlineData("NGIT_DATABASE_BACKEND", "memory", "Storage:Backend", "memory")]
    [InlineData("NGIT_DATABASE_BACKEND", "lmdb", "Storage:Backend", "sqlite")]
    [InlineData("NGIT_REPOSITORY_WHITELIST", "a,b", "Policy:RepositoryWhitelist", "a,b")]
    [InlineData("NGIT_REPOSITORY_BLACKLIST", "c", "Policy:RepositoryBlacklist", "c")]
    [InlineData("NGIT_EVENT_BLACKLIST", "d", "Policy:EventBlacklist", "d")]
    [InlineData("NGIT_MAX_CONNECTIONS", "77", "Limits:Connections", "77")]
    [InlineData("NGIT_RELAY_MAX_SUBSCRIPTIONS", "9", "Limits:SubscriptionsPerConnection", "9")]
    [InlineData("NGIT_RELAY_FILTER_LIMIT", "250", "Limits:EventsPerFilter", "250")]
    [InlineData("NGIT_SYNC_BASE_BACKOFF_SECS", "5", "GitSync:BackoffBase", "00:00:05")]
    [InlineData("NGIT_SYNC_BASE_BACKOFF_SECS", "0", "GitSync:BackoffBase", "00:00:00.001")]
    [InlineData("NGIT_SYNC_MAX_BACKOFF_SECS", "3600", "GitSync:BackoffCap", "01:00:00")]
    [InlineData("NGIT_SYNC_ALLOW_NON_GLOBAL_TARGETS", "1", "GitSync:AllowPrivateAddresses", "true")]
    [InlineData("NGIT_METRICS_ENABLED", "false", "Metrics:Enabled", "false")]
    public void A_variable_becomes_its_setting(string variable, string given, string key, string expected)
    {
        var (options, problems) = Read((variable, given));
        Assert.Empty(problems);
        Assert.Equal(expected, options.Single(setting => setting.Key == key).Value);
    }

    [Theory]
    [InlineData("trace", "Trace")]
    [InlineData("info", "Information")]
    [InlineData("WARN", "Warning")]
    [InlineData("error", "Error")]
    [InlineData("off", "None")]
    [InlineData("info,ngit_grasp=debug", "Information")]
    [InlineData("ngit_grasp=trace, debug", "Debug")]
    [InlineData("ngit_grasp=trace", null)]
    public void The_first_plain_level_counts(string given, string? expected) => Assert.Equal(
        expected, new ConfigurationBuilder().Add(NgitVariables.Read(Environment(("NGIT_LOG_LEVEL", given)))).Build()["Logging:LogLevel:Default"]);

    [Theory]
    [InlineData("NGIT_MAX_CONNECTIONS", "many", "Limits:Connections is `many` (NGIT_MAX_CONNECTIONS); expected a whole number")]
    [InlineData("NGIT_METRICS_ENABLED", "perhaps", "Metrics:Enabled is `perhaps` (NGIT_METRICS_ENABLED); expected true or false")]
    [InlineData("NGIT_LOG_LEVEL", "loud", "Logging:LogLevel:Default is `loud` (NGIT_LOG_LEVEL); expected one of Trace")]
    [InlineData("NGIT_SYNC_MAX_BACKOFF_SECS", "soon", "GitSync:BackoffCap is `soon` (NGIT_SYNC_MAX_BACKOFF_SECS); expected a duration")]
    [InlineData("NGIT_BIND_ADDRESS", "7334:0:0", "Urls is `http://7334:0:0` (NGIT_BIND_ADDRESS); expected")]
    [InlineData("NGIT_TRUSTED_PROXY_CIDRS", "10.0.0.0/99", "Grasp:TrustedProxies is `10.0.0.0/99` (NGIT_TRUSTED_PROXY_CIDRS); expected networks")]
    public void A_problem_names_the_variable(string variable, string given, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Read((variable, given)).Problems), StringComparison.Ordinal);

    [Fact]
    public void Empty_and_unknown_variables_are_ignored()
    {
        var (options, problems) = Read(("NGIT_DOMAIN", ""), ("NGIT_MAX_CONNECTIONS", " "), ("NGIT_SOMETHING_NEW", "1"));
        Assert.Empty(problems);
        Assert.All(options, setting => Assert.Equal(setting.Default, setting.Value));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("maybe", true)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public void A_private_service_is_never_served_in_public(string mode, bool isRefused) =>
        Assert.Equal(isRefused, NgitVariables.Problems(Environment(("NGIT_PRIVATE_MODE", mode))).Any());

    [Theory]
    [InlineData("NGIT_ARCHIVE_ALL", "true", true)]
    [InlineData("NGIT_ARCHIVE_ALL", "false", false)]
    [InlineData("NGIT_ARCHIVE_WHITELIST", "npub1x", true)]
    [InlineData("NGIT_ARCHIVE_GRASP_SERVICES", "other.example", true)]
    [InlineData("NGIT_ARCHIVE_READ_ONLY", "true", true)]
    [InlineData("NGIT_GRASP06_ENABLE", "1", true)]
    [InlineData("NGIT_SYNC_BOOTSTRAP_RELAY_URL", "wss://relay.example", true)]
    [InlineData("NGIT_SYNC_PLUS_ENABLED", "true", true)]
    [InlineData("NGIT_SYNC_DISABLE_NEGENTROPY", "true", false)]
    [InlineData("NGIT_PRIVATE_MEMBERS", "npub1x", true)]
    [InlineData("NGIT_PRIVATE_PUBLIC_ORIGIN", "https://git.example", true)]
    public void What_is_not_supported_is_told(string variable, string value, bool isTold) =>
        Assert.Equal(isTold, NgitVariables.Warnings(Environment((variable, value))).Any(warning => warning.StartsWith(variable + " is set", StringComparison.Ordinal)));

    [Fact]
    public void The_test_profile_waits_little_and_reaches_this_machine_and_every_explicit_setting_outranks_it()
    {
        var (test, _) = Read(("NGIT_TEST", "1"), ("NGIT_SYNC_BASE_BACKOFF_SECS", "3"));
        string ValueOf(string key) => test.Single(setting => setting.Key == key).Value;
        Assert.Equal(("00:00:00.200", "00:00:00.200", "00:00:03"), (ValueOf("GitSync:UserEventDelay"), ValueOf("GitSync:SyncedEventDelay"), ValueOf("GitSync:BackoffBase")));
        Assert.Equal(("true", "true"), (ValueOf("GitSync:AllowHttp"), ValueOf("GitSync:AllowPrivateAddresses")));
        Assert.All(Read(("NGIT_TEST", "0")).Settings, setting => Assert.Equal(setting.Default, setting.Value));
    }

    [Fact]
    public void The_docs_name_each_variable_that_does_something_and_no_other()
    {
        var rows = SourceTree.Read("docs/configuration.md").Split('\n')
            .Where(line => line.StartsWith("| NGIT_", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim());
        var known = NgitVariables.Settings.Select(setting => setting.Variable)
            .Concat(NgitVariables.Unsupported.Select(demand => demand.Variable))
            .Concat([OwnerKey.Variable, "NGIT_TEST", "NGIT_PRIVATE_MODE"]);
        Assert.Equal(known.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    private static (IReadOnlyList<Setting> Settings, List<string> Problems) Read(params (string Name, string Value)[] variables)
    {
        var environment = Environment(variables);
        var problems = new List<string>();
        var reader = new SettingsReader(
            new ConfigurationBuilder().Add(NgitVariables.ReadTestProfile(environment)).Add(NgitVariables.Read(environment)).Build(), problems);
        ServerOptions.Read(reader);
        return (reader.Settings, problems);
    }

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(variable => variable.Name, variable => variable.Value);
}
