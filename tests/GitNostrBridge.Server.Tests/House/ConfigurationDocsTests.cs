using System.Text.Json;

namespace GitNostrBridge.Server.Tests;

/// <summary>docs/configuration.md and appsettings.json tell every setting, and nothing else.</summary>
public sealed class ConfigurationDocsTests
{
    private static readonly string[] Settings = typeof(ServerOptions).GetConstructors()[0].GetParameters()
        .SelectMany(section => section.ParameterType.GetConstructors()
            .First(constructor => constructor.GetParameters() is [var first, ..] && first.ParameterType != section.ParameterType)
            .GetParameters().Select(setting => $"{section.Name}:{setting.Name}"))
        .Append("Urls")
        .Order(StringComparer.Ordinal)
        .ToArray();

    [Fact]
    public void The_table_has_a_row_for_each_setting_and_no_other()
    {
        var rows = SourceTree.Read("docs/configuration.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim())
            .Where(name => name != "setting");
        Assert.Equal(Settings, rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_file_names_each_setting_and_no_other()
    {
        using var json = JsonDocument.Parse(SourceTree.Read("appsettings.json"));
        var names = json.RootElement.EnumerateObject().Where(section => section.Name != "Logging").SelectMany(section =>
            section.Value.ValueKind == JsonValueKind.Object
                ? section.Value.EnumerateObject().Select(setting => $"{section.Name}:{setting.Name}")
                : [section.Name]);
        Assert.Equal(Settings, names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_file_gives_the_defaults()
    {
        var problems = new List<string>();
        var read = ServerOptions.Read(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(SourceTree.Root, "appsettings.json")).Build(), problems);
        var defaults = ServerOptions.Read(new ConfigurationBuilder().Build(), problems);
        Assert.Empty(problems);
        Assert.Equal(defaults, read);
    }

    [Fact]
    public void All_problems_are_told_at_once_with_their_keys()
    {
        var problems = new List<string>();
        ServerOptions.Read(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Limits:Connections"] = "0",
                ["Grasp:BasePath"] = "nowhere",
                ["Purgatory:Lifetime"] = "soon",
            }).Build(),
            problems);
        Assert.Contains(problems, problem => problem.Contains("Limits:Connections", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("Grasp:BasePath", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("Purgatory:Lifetime", StringComparison.Ordinal));
    }
}
