namespace GitNostrBridge.Server;

/// <summary>
/// Reads settings one by one, by hand: no reflection, and each problem is told with its key, its value and what was expected.
/// What has been read is also the list of what there is, so an unknown key is found by it.
/// </summary>
/// <param name="configuration">Where values come from.</param>
/// <param name="problems">Where problems go.</param>
public sealed class SettingsReader(IConfiguration configuration, ICollection<string> problems)
{
    // The framework has settings of its own there.
    private static readonly string[] SharedSections = ["Logging"];

    private readonly List<Setting> _settings = [];

    /// <summary>All settings read so far.</summary>
    public IReadOnlyList<Setting> Settings => _settings;

    /// <summary>The settings that stand below one name.</summary>
    public SectionReader Section(string name) => new(this, name + ConfigurationPath.KeyDelimiter);

    /// <summary>The settings that stand alone.</summary>
    public SectionReader Root => new(this, "");

    /// <summary>Tells a problem of one setting.</summary>
    public void Problem(string key, string value, string expected) => problems.Add($"{key} is `{Setting.Mask(value)}`{Origin(key)}; expected {expected}");

    /// <summary>Tells a problem in words of its own.</summary>
    public void Problem(string problem) => problems.Add(problem);

    /// <summary>Tells each key in our sections that is no setting, with the nearest one that is.</summary>
    public void FindUnknown()
    {
        var known = _settings.ConvertAll(setting => setting.Key);
        var sections = known.Where(key => key.Contains(':', StringComparison.Ordinal)).Select(key => key.Split(':')[0]).Distinct().Except(SharedSections);
        foreach (var child in sections.SelectMany(section => configuration.GetSection(section).GetChildren()))
        {
            if (!known.Contains(child.Path, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"{child.Path}{Origin(child.Path)} is no setting; {NearestName.Hint(child.Path, known)}");
            }
        }
    }

    /// <summary>Tells each of the framework's log levels that is none.</summary>
    public void CheckLevels()
    {
        foreach (var level in configuration.GetSection("Logging:LogLevel").GetChildren())
        {
            if (!Enum.GetNames<LogLevel>().Contains(level.Value, StringComparer.OrdinalIgnoreCase))
            {
                Problem(level.Path, level.Value ?? "", "one of " + string.Join(", ", Enum.GetNames<LogLevel>()));
            }
        }
    }

    /// <summary>A value as it is written, or null; a list may be written as one too.</summary>
    internal string? Find(string key)
    {
        var section = configuration.GetSection(key);
        var entries = section.GetChildren().ToList();
        return entries.Count == 0 ? section.Value
            : entries.TrueForAll(entry => entry.Value is not null && int.TryParse(entry.Key, out _)) ? string.Join(',', entries.Select(entry => entry.Value))
            : "{ … }";
    }

    /// <summary>Takes note of a setting.</summary>
    internal void Add(Setting setting) => _settings.Add(setting);

    private string Origin(string key) => SettingOrigin.Of(configuration, key) is { } origin ? $" ({origin})" : "";
}
