namespace GitNostrBridge.Server;

/// <summary>Settings that stand in for others, each with the name under which an operator knows it.</summary>
/// <param name="settings">Key, value, and where it comes from.</param>
public sealed class NamedSettings(IEnumerable<(string Key, string Value, string Origin)> settings) : ConfigurationProvider, IConfigurationSource
{
    private readonly Dictionary<string, string> _origins = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override void Load()
    {
        foreach (var (key, value, origin) in settings)
        {
            Set(key, value);
            _origins[key] = origin;
        }
    }

    /// <summary>Where a setting comes from, or null.</summary>
    public string? OriginOf(string key) => _origins.GetValueOrDefault(key);

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
