using System.Buffers;
using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>
/// The hosted repositories below one root: `&lt;root&gt;/&lt;owner&gt;/&lt;name&gt;.git` (R20-R24). An owner is an npub's text, which the
/// caller has decoded; here it is only kept from leaving the root.
/// </summary>
/// <param name="root">The folder; it need not exist.</param>
/// <param name="git">Makes repositories.</param>
/// <param name="refs">Where the repositories' refs are kept in memory; without it, they are read anew each time.</param>
public sealed class BareRepositories(string root, GitProcess git, RefCache? refs = null)
{
    private const int MaxOwnerLength = 64;

    private const string AsideFolder = ".aside";

    private static readonly SearchValues<char> OwnerLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The absolute path of the root.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Whether a repository may have this identifier (R21): not empty, `.` or `..`; no `/`, `\` or control character; at most 200 bytes of UTF-8 once escaped.</summary>
    public static bool IsValidIdentifier(string identifier) => DiskName.From(identifier) is not null;

    /// <summary>The repository, or null when there is none or the name is refused.</summary>
    public BareRepository? Find(string owner, string identifier) =>
        PathOf(owner, identifier) is { } path && File.Exists(Path.Combine(path, "HEAD")) ? new BareRepository(path, refs) : null;

    /// <summary>The owner and the identifier that a repository of this root is named for; null when its folder has no name that is given here.</summary>
    public static (string Owner, string Identifier)? NameOf(BareRepository repository) =>
        DiskName.ToIdentifier(Path.GetFileNameWithoutExtension(repository.Path)) is { } identifier
            ? (Path.GetFileName(Path.GetDirectoryName(repository.Path)!), identifier)
            : null;

    /// <summary>All owners' repositories of one identifier.</summary>
    public IEnumerable<BareRepository> Named(string identifier) =>
        DiskName.From(identifier) is { } name
            ? All(name + ".git")
            : [];

    /// <summary>All repositories that are in service, in no particular order, found while they are enumerated.</summary>
    public IEnumerable<BareRepository> All() => All("*.git");

    private IEnumerable<BareRepository> All(string folders) =>
        from owner in Directory.Exists(Root) ? Directory.EnumerateDirectories(Root) : []
        where !Path.GetFileName(owner).AsSpan().ContainsAnyExcept(OwnerLetters)
        from path in Directory.EnumerateDirectories(owner, folders)
        where File.Exists(Path.Combine(path, "HEAD"))
        select new BareRepository(path, refs);

    /// <summary>
    /// The repository, made if absent: empty, on branch main, behind the fence (hooks/pre-receive). It is built aside and
    /// then renamed, so a crash leaves no half repository; one that was taken over from elsewhere gets the fence too.
    /// </summary>
    /// <exception cref="ArgumentException">The owner or the identifier is refused.</exception>
    /// <exception cref="IOException">git or the disk failed.</exception>
    public async Task<BareRepository> EnsureAsync(string owner, string identifier, CancellationToken ct)
    {
        var path = PathOf(owner, identifier) ?? throw new ArgumentException($"no repository may be named {owner}/{identifier}", nameof(identifier));
        if (Find(owner, identifier) is null)
        {
            await CreateAsync(path, ct);
        }
        else
        {
            Fence.Raise(path);
        }

        return new BareRepository(path, refs);
    }

    /// <summary>Puts the fence before every repository below the root, as those that were taken over from elsewhere need.</summary>
    public void RaiseFences()
    {
        foreach (var repository in All())
        {
            Fence.Raise(repository.Path);
        }
    }

    /// <summary>Deletes a repository that was never released; nothing happens when there is none.</summary>
    public Task RemoveAsync(string owner, string identifier, CancellationToken ct) => Task.Run(
        () =>
        {
            if (Find(owner, identifier) is not { } repository)
            {
                return;
            }

            var doomed = TemporaryPath();
            Directory.Move(repository.Path, doomed);
            Directory.Delete(doomed, recursive: true);
        },
        ct);

    /// <summary>Takes a repository out of service and keeps its data as `&lt;root&gt;/.aside/&lt;unix seconds&gt;/&lt;owner&gt;/&lt;name&gt;.git` (R35); nothing happens when there is none.</summary>
    public void SetAside(string owner, string identifier, DateTimeOffset now)
    {
        if (Find(owner, identifier) is not { } repository)
        {
            return;
        }

        for (var second = now.ToUnixTimeSeconds(); ; second++)
        {
            var aside = Path.Combine(Root, AsideFolder, second.ToString(CultureInfo.InvariantCulture), owner, Path.GetFileName(repository.Path));
            if (Directory.Exists(aside))
            {
                continue; // the same name was set aside in this very second
            }

            Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
            Directory.Move(repository.Path, aside);
            return;
        }
    }

    /// <summary>The repositories that have left service and are still kept (R35), the earliest first.</summary>
    public IEnumerable<AsideRepository> AllAside()
    {
        var aside = Path.Combine(Root, AsideFolder);
        return
            from folder in Directory.Exists(aside) ? Directory.EnumerateDirectories(aside) : []
            let second = long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1
            where second >= 0 && second <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            orderby second
            from owner in Directory.EnumerateDirectories(folder)
            from path in Directory.EnumerateDirectories(owner, "*.git")
            where File.Exists(Path.Combine(path, "HEAD"))
            select new AsideRepository(DateTimeOffset.FromUnixTimeSeconds(second), Path.GetFileName(owner), new BareRepository(path));
    }

    /// <summary>Puts the repository of this name that left service last back into it; false when there is none, or one is in service.</summary>
    public bool TakeBack(string owner, string identifier)
    {
        if (PathOf(owner, identifier) is not { } path || Directory.Exists(path)
            || AllAside().LastOrDefault(aside => aside.Owner == owner && Path.GetFileName(aside.Repository.Path) == Path.GetFileName(path)) is not { } last)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.Move(last.Repository.Path, path);
        return true;
    }

    /// <summary>Deletes the repositories that left service before an instant (R35).</summary>
    public void RemoveAside(DateTimeOffset before)
    {
        var aside = Path.Combine(Root, AsideFolder);
        foreach (var folder in Directory.Exists(aside) ? Directory.EnumerateDirectories(aside) : [])
        {
            if (long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var second) && second < before.ToUnixTimeSeconds())
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private string? PathOf(string owner, string identifier)
    {
        if (owner.Length is 0 or > MaxOwnerLength || owner.AsSpan().ContainsAnyExcept(OwnerLetters) || DiskName.From(identifier) is not { } name)
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(Root, owner, $"{name}.git"));
        return path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null; // R23
    }

    /// <summary>An empty repository that is not in service, and the caller's to delete.</summary>
    /// <exception cref="IOException">git or the disk failed.</exception>
    internal async Task<BareRepository> CreateTemporaryAsync(CancellationToken ct)
    {
        var path = TemporaryPath();
        await InitialiseAsync(path, ct);
        return new BareRepository(path);
    }

    private async Task InitialiseAsync(string path, CancellationToken ct)
    {
        var exit = await git.RunAsync(new GitCommand(["init", "--bare", "--quiet", "--template=", "--initial-branch=main", path]), ct);
        if (!exit.Succeeded)
        {
            throw new IOException($"git init failed: {exit.Errors}");
        }
    }

    private async Task CreateAsync(string path, CancellationToken ct)
    {
        var building = TemporaryPath();
        try
        {
            await InitialiseAsync(building, ct);
            Fence.Raise(building);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.Move(building, path);
        }
        catch (IOException) when (File.Exists(Path.Combine(path, "HEAD")))
        {
            // Another request has made it meanwhile.
        }
        finally
        {
            if (Directory.Exists(building))
            {
                Directory.Delete(building, recursive: true);
            }
        }
    }

    // A dot keeps it apart from every owner; the same file system makes the rename atomic.
    private string TemporaryPath()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, ".temporary"));
        return Path.Combine(folder.FullName, Guid.NewGuid().ToString("n"));
    }
}

/// <summary>A repository that has left service and is kept for a while (R35).</summary>
/// <param name="Since">When it left.</param>
/// <param name="Owner">The owner's folder.</param>
/// <param name="Repository">Where it is now.</param>
public sealed record AsideRepository(DateTimeOffset Since, string Owner, BareRepository Repository);
