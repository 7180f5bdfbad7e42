using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server.Tests;

/// <summary>Settings are read with their problems: each with its key, its value and what was expected, all at once.</summary>
public sealed class ServerOptionsTests
{
    public static TheoryData<string, string, string> Unusable => new()
    {
        { "Urls", "somewhere", "http://127.0.0.1:7334" },
        { "Urls", "ftp://127.0.0.1", "http://127.0.0.1:7334" },
        { "Grasp:Domain", "https://git.example", "without a scheme or path" },
        { "Grasp:Domain", "git.example/here", "without a scheme or path" },
        { "Grasp:BasePath", "nowhere", "a path such as" },
        { "Grasp:BasePath", "/a/../b", "a path such as" },
        { "Grasp:BasePath", "/a b", "a path such as" },
        { "Grasp:MaintainerModel", "open", "one of reciprocal, listed" },
        { "Grasp:MaintainerModel", "1", "one of reciprocal, listed" },
        { "Grasp:TrustedProxies", "10.0.0.0/8, nonsense", "networks such as 10.0.0.0/8" },
        { "Grasp:OwnerKeyFile", "", "the path of a file" },
        { "Storage:GitPath", "", "a directory" },
        { "Storage:RelayPath", "/etc/hostname", "a directory" },
        { "Storage:Backend", "postgres", "one of sqlite, memory" },
        { "Purgatory:Lifetime", "soon", "a duration such as 00:30:00" },
        { "Purgatory:Lifetime", "30", "a duration such as 00:30:00" },
        { "Purgatory:Lifetime", "00:00:00", "greater than zero" },
        { "Purgatory:SweepInterval", "-00:01:00", "greater than zero" },
        { "Policy:EventBlacklist", "npub1nobody", "does not begin with a valid npub" },
        { "Repositories:RecoveryRetention", "for ever", "a duration" },
        { "Limits:Connections", "0", "a whole number from 1 to 2147483647" },
        { "Limits:Connections", "5000000000", "a whole number from 1 to 2147483647" },
        { "Limits:Connections", "many", "a whole number from 1 to 2147483647" },
        { "Limits:FreeDiskBytes", "-1", "a whole number from 0" },
        { "Maintenance:PacksBeforeTidy", "1.5", "a whole number from 1" },
        { "GitSync:Enabled", "perhaps", "true or false" },
        { "GitSync:BackoffCap", "2 minutes", "a duration" },
        { "Metrics:Enabled", "1", "true or false" },
        { "Telemetry:OtlpEndpoint", "collector:4317", "a URL such as http://127.0.0.1:4318" },
        { "Logging:Format", "xml", "one of text, json" },
        { "Logging:LogLevel:Default", "loud", "one of Trace, Debug" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_value_that_is_not_usable_is_told_with_its_key_and_what_was_expected(string key, string value, string expected)
    {
        var problem = Assert.Single(ProblemsOf((key, value)));
        Assert.StartsWith($"{key} is `{value}`; expected ", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_key_in_the_wrong_place_is_not_repeated() => Assert.Equal(
        "Grasp:OwnerKeyFile is `***`; expected the path of a file, not a key",
        Assert.Single(ProblemsOf(("Grasp:OwnerKeyFile", "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"))));

    [Fact]
    public void All_problems_are_told_at_once() => Assert.Equal(
        ["Purgatory:Lifetime is", "Limits:Connections is", "Limits:Pushes is", "Maintenance:Retention must be longer", "Limits:Conections is no"],
        ProblemsOf(("Limits:Connections", "0"), ("Limits:Pushes", "-4"), ("Purgatory:Lifetime", "soon"), ("Maintenance:Retention", "01:00:00"), ("Limits:Conections", "1"))
            .Select(problem => string.Join(' ', problem.Split(' ').Take(problem.Contains("must", StringComparison.Ordinal) ? 4 : problem.Contains(" no ", StringComparison.Ordinal) ? 3 : 2))));

    [Theory]
    [InlineData("Limits:Conections", "did you mean Limits:Connections?")]
    [InlineData("Purgatory:lifetimes", "did you mean Purgatory:Lifetime?")]
    [InlineData("Grasp:BaseURL", "did you mean Grasp:BasePath?")]
    [InlineData("GitSync:Frobnication", "docs/configuration.md lists them all")]
    public void An_unknown_key_in_our_own_sections_is_told_with_the_nearest_one(string key, string hint) =>
        Assert.Equal($"{key} is no setting; {hint}", Assert.Single(ProblemsOf((key, "1"))));

    [Fact]
    public void Keys_and_words_are_read_in_any_case()
    {
        var options = Read([], ("LIMITS:connections", "7"), ("grasp:MAINTAINERMODEL", "Listed"), ("Storage:Backend", "MEMORY"));
        Assert.Equal((7, MaintainerModel.Listed, StorageBackend.Memory), (options.Limits.Connections, options.Grasp.MaintainerModel, options.Storage.Backend));
    }

    [Fact]
    public void A_list_may_be_an_array_and_nothing_else_may() => Assert.Multiple(
        () => Assert.Equal("a,b", Read([], ("Policy:RepositoryWhitelist:0", "a"), ("Policy:RepositoryWhitelist:1", "b")).Policy.RepositoryWhitelist),
        () => Assert.StartsWith("Limits:Connections is `{ … }`", Assert.Single(ProblemsOf(("Limits:Connections:Most", "4"))), StringComparison.Ordinal));

    private static List<string> ProblemsOf(params (string Key, string Value)[] settings)
    {
        var problems = new List<string>();
        Read(problems, settings);
        return problems;
    }

    private static ServerOptions Read(List<string> problems, params (string Key, string Value)[] settings) => ServerOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(), problems);
}
