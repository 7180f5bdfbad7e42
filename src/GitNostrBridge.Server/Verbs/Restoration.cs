using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What a restore has come to.</summary>
/// <param name="Folder">The backup that was restored.</param>
/// <param name="Manifest">What it held.</param>
/// <param name="Treatment">What had to be moved so that everything fits together, and what remains.</param>
/// <param name="KeyNote">What became of the relay's key, for operators.</param>
internal sealed record RestoreResult(string Folder, BackupManifest Manifest, Treatment Treatment, string KeyNote);

/// <summary>Puts a backup into an empty place: every checksum is compared, refs are moved to the released states, and only then is it there.</summary>
internal sealed class Restoration(VerbSettings settings, TimeProvider time, ProgressLine progress)
{
    /// <summary>The relay's key in a backup.</summary>
    public const string KeyName = "relay-owner.nsec";

    private const string Building = ".restoring";

    private readonly string _git = Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Options.Storage.GitPath));

    private readonly string _relay = Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Options.Storage.RelayPath));

    /// <summary>Restores a backup, or the newest one in a folder of backups.</summary>
    /// <exception cref="VerbException">There is no backup, or the place is not empty, or a server runs on it.</exception>
    /// <exception cref="InvalidDataException">The backup is damaged; nothing was restored.</exception>
    public async Task<RestoreResult> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var (source, manifest) = BackupManifest.Newest(folder)
            ?? throw new VerbException($"no backup is in {folder}", "Give a folder that `backup` has filled, or one of the backups in it.");

        // A server that starts meanwhile would find half of it, and what it writes would be in the way.
        using var locks = IdleServer.TakeLocks(settings);
        RequireEmpty(_git);
        RequireEmpty(_relay);
        var (git, relay) = (_git + Building, _relay + Building);
        RemoveIfThere(git);
        RemoveIfThere(relay);
        try
        {
            await CopyAsync(source, manifest, git, relay, cancellationToken).ConfigureAwait(false);
            var treatment = await TreatAsync(git, relay, cancellationToken).ConfigureAwait(false);
            HardLink.FlushAll();
            Place(git, _git);
            // Last: without it no server and no verb takes the place for one with data.
            Place(relay, _relay);
            HardLink.FlushAll();
            return new RestoreResult(source, manifest, treatment, RestoreKey(source, manifest));
        }
        finally
        {
            RemoveIfThere(git);
            RemoveIfThere(relay);
        }
    }

    private async Task CopyAsync(string source, BackupManifest manifest, string git, string relay, CancellationToken cancellationToken)
    {
        // Owners of one project share packs here as they did there.
        var placed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, file) in manifest.Files.Index())
        {
            progress.Show("restoring files", index, manifest.Files.Count);
            if (TargetOf(file.Path, git, relay) is not { } target)
            {
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var isShared = BackupTree.ContentName(file.Path) is not null;
            if (isShared && placed.TryGetValue(file.Sha256, out var same) && HardLink.TryCreate(same, target))
            {
                continue;
            }

            await CopyAsync(Path.Combine(source, file.Path), file, target, cancellationToken).ConfigureAwait(false);
            placed[file.Sha256] = target;
        }

        Directory.CreateDirectory(git);
        foreach (var head in Directory.EnumerateFiles(git, "HEAD", SearchOption.AllDirectories))
        {
            // git takes a folder without these for no repository.
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(head)!, "refs"));
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(head)!, "objects"));
        }
    }

    private static async Task CopyAsync(string source, BackupFile file, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            throw new InvalidDataException($"the backup is damaged: {source} is missing");
        }

        var input = File.OpenRead(source);
        await using (input.ConfigureAwait(false))
        {
            var (bytes, hash) = await BackupTree.CopyAsync(input, target, isPrivate: false, cancellationToken).ConfigureAwait(false);
            if (bytes != file.Bytes || hash != file.Sha256)
            {
                throw new InvalidDataException($"the backup is damaged: {source} has not the checksum that its manifest tells; restore another backup");
            }
        }
    }

    private async Task<Treatment> TreatAsync(string git, string relay, CancellationToken cancellationToken)
    {
        var built = settings with { Options = settings.Options with { Storage = settings.Options.Storage with { GitPath = git, RelayPath = relay } } };
        var server = await IdleServer.OpenToChangeAsync(built, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            return await new Cure(server, new Doctor(server, built, time, progress), time, progress).RunAsync(readAll: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private string RestoreKey(string source, BackupManifest manifest)
    {
        var target = Path.GetFullPath(settings.Options.Grasp.OwnerKeyFile);
        if (!manifest.Files.Any(file => file.Path == KeyName))
        {
            return "The backup holds no relay key: a new one is made at the start, unless a credential or variable gives the old one";
        }

        if (File.Exists(target))
        {
            return $"{target} was there already and is left as it is";
        }

        if (!SecretKey.TryParse(File.ReadAllText(Path.Combine(source, KeyName)).Trim(), out var key))
        {
            throw new InvalidDataException($"the backup is damaged: {Path.Combine(source, KeyName)} holds no secret key");
        }

        KeyFile.Write(target, key);
        return $"{target} is the relay's key";
    }

    private static string? TargetOf(string path, string git, string relay) =>
        path.StartsWith("git/", StringComparison.Ordinal) ? Path.Combine(git, path["git/".Length..])
        : path.StartsWith("relay/", StringComparison.Ordinal) ? Path.Combine(relay, path["relay/".Length..])
        : null;

    private static void RequireEmpty(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) != DirectoryLock.FileName))
        {
            throw new VerbException($"{folder} is not empty", "A restore writes nothing over: stop the server and move the folder away, or give other ones with --Storage:GitPath and --Storage:RelayPath.");
        }
    }

    // What is in the folder, not the folder: the lock in the target is held.
    private static void Place(string built, string target)
    {
        foreach (var entry in new DirectoryInfo(built).EnumerateFileSystemInfos().Where(entry => entry.Name != DirectoryLock.FileName).ToList())
        {
            Directory.Move(entry.FullName, Path.Combine(target, entry.Name));
        }
    }

    private static void RemoveIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
