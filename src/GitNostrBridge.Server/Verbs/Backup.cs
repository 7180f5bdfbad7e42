using System.Diagnostics;
using System.Globalization;
using GitNostrBridge.Git;
using GitNostrBridge.Storage;

namespace GitNostrBridge.Server;

/// <summary>What a backup has come to.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Manifest">What it holds.</param>
/// <param name="Tree">What it cost.</param>
/// <param name="Took">How long it took.</param>
internal sealed record BackupResult(string Folder, BackupManifest Manifest, BackupTree Tree, TimeSpan Took);

/// <summary>Takes a backup of the database and the repositories together, while the server runs.</summary>
/// <remarks>
/// The database is copied first. What it says is released then has its objects in the repositories, and they stay there, for nothing is collected before
/// its retention is over; so a later copy of the repositories holds them. Refs may have moved on meanwhile: a restore moves them back to the
/// state that the database names.
/// </remarks>
internal sealed class Backup(VerbSettings settings, TimeProvider time, ProgressLine progress)
{
    private const string Building = ".incomplete-";

    /// <summary>Adds a backup to a folder of backups; what it shares with the one before costs nothing.</summary>
    /// <exception cref="IOException">The disk failed; nothing is left of this backup.</exception>
    /// <exception cref="VerbException">Another backup is being taken into this folder.</exception>
    public async Task<BackupResult> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(folder);
        using var turn = Enter(folder);
        foreach (var left in Directory.EnumerateDirectories(folder, Building + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        var building = Path.Combine(folder, $"{Building}{Guid.NewGuid():n}");
        Directory.CreateDirectory(building);
        if (!OperatingSystem.IsWindows())
        {
            // Waiting events and the relay's key are nobody else's to read.
            File.SetUnixFileMode(building, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            var tree = new BackupTree(building, BackupManifest.Newest(folder));
            var manifest = await FillAsync(tree, building, cancellationToken).ConfigureAwait(false);
            manifest.Write(building);
            HardLink.FlushAll();
            var complete = FreeName(folder, manifest.TakenAt);
            Directory.Move(building, complete);
            HardLink.FlushAll();
            return new BackupResult(complete, manifest, tree, Stopwatch.GetElapsedTime(begun));
        }
        finally
        {
            if (Directory.Exists(building))
            {
                Directory.Delete(building, recursive: true);
            }
        }
    }

    private async Task<BackupManifest> FillAsync(BackupTree tree, string building, CancellationToken cancellationToken)
    {
        var takenAt = time.GetUtcNow();
        await CopyEventsAsync(tree, building, cancellationToken).ConfigureAwait(false);
        var inService = await CopyRepositoriesAsync(tree, takenAt, cancellationToken).ConfigureAwait(false);
        return new BackupManifest(takenAt, ServerVersion.Text, settings.Here.Origin, inService, tree.Files);
    }

    /// <summary>The first half: the database and the key.</summary>
    internal async Task CopyEventsAsync(BackupTree tree, string building, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(building, "copy");
        await DatabaseCopy.MakeAsync(settings.Options.Storage.RelayPath, copy, cancellationToken).ConfigureAwait(false);
        await tree.AddAsync(Path.Combine(copy, SqliteEventStore.FileName), $"relay/{SqliteEventStore.FileName}", cancellationToken).ConfigureAwait(false);
        Directory.Delete(copy, recursive: true);
        if (File.Exists(settings.Options.Grasp.OwnerKeyFile))
        {
            await tree.AddAsync(settings.Options.Grasp.OwnerKeyFile, Restoration.KeyName, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The second half; gives the number of repositories that are in service in the backup.</summary>
    internal async Task<int> CopyRepositoriesAsync(BackupTree tree, DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(settings.Options.Storage.GitPath);
        var repositories = new BareRepositories(root, GitProcess.ForServer(Path.Combine(root, ".home")));
        var inService = 0;
        var all = repositories.All().ToList();
        foreach (var (index, repository) in all.Index())
        {
            progress.Show("copying repositories", index, all.Count);
            inService += await RepositoryBackup.AddAsync(tree, repository, PathOf(repository, root), cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        return inService + await AddAsideAsync(tree, repositories, takenAt, cancellationToken).ConfigureAwait(false);
    }

    // What was in service as the database was copied and has left since is in service in the backup.
    private static async Task<int> AddAsideAsync(BackupTree tree, BareRepositories repositories, DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        var inService = 0;
        foreach (var aside in repositories.AllAside().ToList())
        {
            await RepositoryBackup.AddAsync(tree, aside.Repository, PathOf(aside.Repository, repositories.Root), cancellationToken).ConfigureAwait(false);
            var place = $"git/{aside.Owner}/{Path.GetFileName(aside.Repository.Path)}";
            if (aside.Since.ToUnixTimeSeconds() >= takenAt.ToUnixTimeSeconds() && !tree.Contains($"{place}/HEAD"))
            {
                inService += await RepositoryBackup.AddAsync(tree, aside.Repository, place, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return inService;
    }

    private static string PathOf(BareRepository repository, string root) => $"git/{Path.GetRelativePath(root, repository.Path)}";

    private static FileStream Enter(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new VerbException($"another backup into {folder} is under way", "Wait for its end, or give another folder.");
        }
    }

    private static string FreeName(string folder, DateTimeOffset takenAt)
    {
        for (var second = takenAt; ; second = second.AddSeconds(1))
        {
            var name = Path.Combine(folder, second.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            if (!Directory.Exists(name))
            {
                return name;
            }
        }
    }
}
