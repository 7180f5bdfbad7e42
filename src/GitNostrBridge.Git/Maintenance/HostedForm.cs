using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>
/// What stands in a hosted repository's folder beside objects and refs: our fence, no other hook, and a configuration that says no more than "bare".
/// A repository that was taken over from elsewhere may hold hooks and settings that would run or weaken something.
/// </summary>
public static class HostedForm
{
    // Their objects or refs are stored in ways that this server's libraries do not read.
    private static readonly string[] Unreadable = ["objectformat", "refstorage", "partialclone"];

    private static readonly string[] Harmless = ["repositoryformatversion", "filemode", "bare", "ignorecase", "precomposeunicode", "symlinks", "logallrefupdates", "sharedrepository"];

    /// <summary>What is otherwise, in words for operators; empty: all is as it should be.</summary>
    public static IReadOnlyList<string> Deviations(BareRepository repository) =>
    [
        .. Fence.Stands(repository.Path) ? Array.Empty<string>() : ["the fence (hooks/pre-receive) is missing or altered"],
        .. ForeignHooks(repository).Select(hook => $"hooks/{Path.GetFileName(hook)} is not this server's"),
        .. ForeignSettings(repository).Select(line => $"config holds `{line}`"),
    ];

    /// <summary>The setting that keeps this server from reading the repository at all, or null.</summary>
    public static string? WhyUnreadable(BareRepository repository) => Array.Find(Unreadable, key => Settings(repository).Any(line => KeyOf(line) == key));

    /// <summary>Sets foreign hooks and settings aside in the repository's folder, as `….aside-&lt;unix seconds&gt;`, and raises the fence.</summary>
    public static void Restore(BareRepository repository, DateTimeOffset now)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $".aside-{now.ToUnixTimeSeconds()}");
        if (ForeignHooks(repository).Any())
        {
            Directory.Move(HooksOf(repository), HooksOf(repository) + suffix);
        }

        if (ForeignSettings(repository).Any() && WhyUnreadable(repository) is null)
        {
            var config = ConfigOf(repository);
            File.Copy(config, config + suffix, overwrite: true);
            File.WriteAllText(config + ".new", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
            File.Move(config + ".new", config, overwrite: true);
        }

        Fence.Raise(repository.Path);
    }

    private static string HooksOf(BareRepository repository) => Path.Combine(repository.Path, "hooks");

    private static string ConfigOf(BareRepository repository) => Path.Combine(repository.Path, "config");

    // git runs no hook whose name ends `.sample`.
    private static IEnumerable<string> ForeignHooks(BareRepository repository) => Directory.Exists(HooksOf(repository))
        ? Directory.EnumerateFileSystemEntries(HooksOf(repository)).Where(hook => Path.GetFileName(hook) != "pre-receive" && !hook.EndsWith(".sample", StringComparison.Ordinal))
        : [];

    private static IEnumerable<string> ForeignSettings(BareRepository repository) =>
        Settings(repository).Where(line => line != "[core]" && !(line[0] != '[' && Harmless.Contains(KeyOf(line))));

    private static IEnumerable<string> Settings(BareRepository repository) => File.Exists(ConfigOf(repository))
        ? File.ReadLines(ConfigOf(repository)).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or ';'))
        : [];

    private static string KeyOf(string line) => line.Split('=', 2)[0].Trim().ToLowerInvariant();
}
