using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace GitNostrBridge.Server;

/// <summary>Where a setting's value comes from, in an operator's words.</summary>
internal static class SettingOrigin
{
    /// <summary>The source that counts for a key; null when nobody has said anything, or it is not known who.</summary>
    public static string? Of(IConfiguration configuration, string key) => configuration is IConfigurationRoot root
        ? root.Providers.Reverse().Where(provider => Holds(provider, key)).Select(provider => NameOf(provider, key)).FirstOrDefault(name => name is not null)
        : null;

    // A list may be written entry by entry.
    private static bool Holds(IConfigurationProvider provider, string key) => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any();

    private static string? NameOf(IConfigurationProvider provider, string key) => provider switch
    {
        NamedSettings named => named.OriginOf(key),
        JsonConfigurationProvider json => json.Source.Path,
        EnvironmentVariablesConfigurationProvider => "environment",
        CommandLineConfigurationProvider => "command line",
        _ => null,
    };
}
