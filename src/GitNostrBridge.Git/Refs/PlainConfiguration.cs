using System.Collections.Frozen;

namespace GitNostrBridge.Git;

/// <summary>
/// A repository's own `config`, as far as it bears on what clients are told. Those that we make hold three lines; one that was taken over from
/// elsewhere may hold anything, and then only git itself can say what follows from it.
/// </summary>
internal static class PlainConfiguration
{
    // Sections without a bearing on refs and capabilities.
    private static readonly FrozenSet<string> HarmlessSections = FrozenSet.Create("user", "gc", "pack", "http", "remote", "branch", "init");

    // Settings without one, or that every command overrides (ServiceConfiguration).
    private static readonly FrozenSet<string> HarmlessKeys = FrozenSet.Create(
        "core.filemode", "core.logallrefupdates", "core.sharedrepository",
        "uploadpack.allowfilter", "uploadpack.allowanysha1inwant", "uploadpack.allowtipsha1inwant", "uploadpack.allowreachablesha1inwant", "uploadpack.keepalive",
        "receive.advertisepushoptions", "receive.autogc", "receive.denycurrentbranch", "receive.denydeletecurrent", "receive.denydeletes",
        "receive.denynonfastforwards", "receive.fsckobjects", "receive.maxinputsize", "receive.unpacklimit");

    private static readonly FrozenSet<string> HarmlessSettings = FrozenSet.Create("core.bare=true", "core.repositoryformatversion=0");

    /// <summary>Whether nothing in it changes what clients are told.</summary>
    public static bool IsPlain(string text)
    {
        string? section = null;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or ';')))
        {
            if (line.Contains('\\', StringComparison.Ordinal) || (line[0] == '[') != line.EndsWith(']'))
            {
                return false;
            }

            if (line[0] == '[')
            {
                section = line[1..^1].Split(' ', 2)[0].ToLowerInvariant();
            }
            else if (section is null || !IsHarmless(section, line))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHarmless(string section, string line)
    {
        var parts = line.Split('=', 2);
        var key = $"{section}.{parts[0].Trim().ToLowerInvariant()}";
        return HarmlessSections.Contains(section)
            || HarmlessKeys.Contains(key)
            || (parts.Length == 2 && HarmlessSettings.Contains($"{key}={parts[1].Trim().ToLowerInvariant()}"));
    }
}
