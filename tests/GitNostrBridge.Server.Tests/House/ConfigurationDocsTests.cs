using System.Text.Json;

namespace GitNostrBridge.Server.Tests;

/// <summary>docs/configuration.md and appsettings.json tell every setting with its default, and nothing else.</summary>
public sealed class ConfigurationDocsTests
{
    private static readonly IEnumerable<(string Key, string Default)> Settings =
        ServerOptions.Known.Select(setting => (setting.Key, setting.Default)).OrderBy(setting => setting.Key, StringComparer.Ordinal);

    [Fact]
    public void The_table_has_a_row_with_the_default_for_each_setting_and_no_other()
    {
        var rows = SourceTree.Read("docs/configuration.md").Split('\n')
            .SkipWhile(line => !line.StartsWith("| setting |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|'))
            .Select(cells => (cells[1].Trim(), cells[2].Trim() is var value && value == "empty" ? "" : value));
        Assert.Equal(Settings, rows.OrderBy(row => row.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_file_gives_each_setting_its_default_and_names_no_other()
    {
        using var json = JsonDocument.Parse(SourceTree.Read("appsettings.json"));
        var settings = json.RootElement.EnumerateObject()
            .SelectMany(section => section.Value.ValueKind == JsonValueKind.Object
                ? section.Value.EnumerateObject().Select(setting => ($"{section.Name}:{setting.Name}", Text(setting.Value)))
                : [(section.Name, Text(section.Value))])
            .Where(setting => setting.Item1 != "Logging:LogLevel");
        Assert.Equal(Settings, settings.OrderBy(setting => setting.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_file_reads_as_the_defaults()
    {
        var problems = new List<string>();
        var read = ServerOptions.Read(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(SourceTree.Root, "appsettings.json")).Build(), problems);
        var defaults = ServerOptions.Read(new ConfigurationBuilder().Build(), problems);
        Assert.Empty(problems);
        Assert.Equal(defaults, read);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
