using Microsoft.Extensions.Configuration.Json;

namespace GitNostrBridge.Server;

/// <summary>The settings of this process with all that was found as they were read.</summary>
/// <param name="Options">The settings.</param>
/// <param name="All">Each one with where it comes from; null: the default.</param>
/// <param name="Problems">Why the server may not start; all of them.</param>
/// <param name="Warnings">What its operator should know.</param>
/// <param name="KeyOrigin">Where the relay's own key comes from.</param>
internal sealed record LoadedSettings(
    ServerOptions Options, IReadOnlyList<(Setting Setting, string? Origin)> All, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings, string KeyOrigin)
{
    // So that the framework does not watch the working directory with everything below it, the repositories too.
    private const string DoNotWatch = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>The environment variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = System.Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    /// <summary>What the framework gets to read, of the command line.</summary>
    public static string[] ForHost(ServeArguments.Understood arguments) => [.. arguments.Settings, DoNotWatch];

    /// <summary>Puts the sources in order (defaults, appsettings.json, test profile, `NGIT_*`, environment, command line) and reads them.</summary>
    public static LoadedSettings Load(ConfigurationManager configuration, IReadOnlyDictionary<string, string> environment)
    {
        Arrange(((IConfigurationBuilder)configuration).Sources, environment);
        var problems = NgitVariables.Problems(environment).ToList();
        var reader = new SettingsReader(configuration, problems);
        var options = ServerOptions.Read(reader);
        FindUnknownSections(configuration, problems);
        var key = OwnerKey.Find(environment, options.Grasp.OwnerKeyFile);
        if (key is OwnerKeyOutcome.Unusable unusable)
        {
            problems.Add(unusable.Problem);
        }

        var warnings = NgitVariables.Warnings(environment).ToList();
        if (PublicAddress.IsGuessed(options))
        {
            warnings.Add($"Urls is `{options.Urls}`, every address of this machine, and Grasp:Domain is empty, so announcements must name 127.0.0.1: set Grasp:Domain to the host under which the world finds this server");
        }

        return new LoadedSettings(
            options, [.. reader.Settings.Select(setting => (setting, SettingOrigin.Of(configuration, setting.Key)))], problems, warnings, key is OwnerKeyOutcome.Found found ? found.Origin : options.Grasp.OwnerKeyFile);
    }

    private static void Arrange(IList<IConfigurationSource> sources, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var other in sources.OfType<JsonConfigurationSource>().Where(json => json.Path != "appsettings.json").ToList())
        {
            sources.Remove(other);
        }

        var file = sources.IndexOf(sources.OfType<JsonConfigurationSource>().Single());
        sources.Insert(file + 1, NgitVariables.Read(environment));
        sources.Insert(file + 1, NgitVariables.ReadTestProfile(environment));
        sources.Insert(0, new NamedSettings([("Urls", ServerOptions.DefaultUrls, "default"), ("Logging:LogLevel:Microsoft.AspNetCore", "Warning", "default")]));
    }

    // The environment is full of others' names, but the file is ours.
    private static void FindUnknownSections(IConfigurationRoot configuration, List<string> problems)
    {
        string[] known = [.. ServerOptions.Known.Select(setting => setting.Key.Split(':')[0]).Distinct(), "Kestrel", "AllowedHosts", "$schema"];
        foreach (var name in configuration.Providers.OfType<JsonConfigurationProvider>().SelectMany(file => file.GetChildKeys([], null)).Distinct())
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"appsettings.json: {name} is no section of settings; {NearestName.Hint(name, known)}");
            }
        }
    }
}
