using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>Copies one repository into a backup while it is used.</summary>
internal static class RepositoryBackup
{
    // A repack takes packs away once; more rounds than this mean that something else is wrong.
    private const int MostRounds = 50;

    /// <summary>Refs first, then objects, until a look at them shows nothing that is not copied (<see cref="RepositoryFiles"/>).</summary>
    /// <returns>False when the repository went away meanwhile; then nothing of it is in the backup.</returns>
    /// <exception cref="IOException">It could not be copied.</exception>
    public static async Task<bool> AddAsync(BackupTree tree, BareRepository repository, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var refs = repository.ReadRefs();
            await tree.AddTextAsync(RepositoryFiles.Head(refs), $"{folder}/HEAD", cancellationToken).ConfigureAwait(false);
            await tree.AddTextAsync(RepositoryFiles.PackedRefs(refs), $"{folder}/packed-refs", cancellationToken).ConfigureAwait(false);
            await tree.AddAsync(Path.Combine(repository.Path, "config"), $"{folder}/config", cancellationToken).ConfigureAwait(false);
            await AddObjectsAsync(tree, repository, folder, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !Directory.Exists(repository.Path))
        {
            tree.RemoveBelow(folder);
            return false;
        }
    }

    private static async Task AddObjectsAsync(BackupTree tree, BareRepository repository, string folder, CancellationToken cancellationToken)
    {
        if (Soundness.Lenders(repository) is [var lender, ..])
        {
            throw new IOException($"{repository.Path} borrows objects from {lender}, and would not be whole without it: run `doctor --repair` first");
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < MostRounds; round++)
        {
            var open = RepositoryFiles.Objects(repository).Where(file => !done.Contains(file)).ToList();
            if (open.Count == 0)
            {
                RemoveHalfPacks(tree, folder, done);
                return;
            }

            foreach (var file in open)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    await tree.AddImmutableAsync(Path.Combine(repository.Path, file), $"{folder}/{file}", cancellationToken).ConfigureAwait(false);
                    done.Add(file);
                }
                catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
                {
                    // Repacked since it was listed: its objects are in a pack that the next look finds.
                }
            }
        }

        throw new IOException($"the objects of {repository.Path} did not keep still for {MostRounds} looks");
    }

    // A pack that went away between its parts.
    private static void RemoveHalfPacks(BackupTree tree, string folder, HashSet<string> done)
    {
        foreach (var file in done.Where(file => Path.GetFileName(file).StartsWith("pack-", StringComparison.Ordinal)))
        {
            if (!done.Contains(Path.ChangeExtension(file, ".idx")) || !done.Contains(Path.ChangeExtension(file, ".pack")))
            {
                tree.Remove($"{folder}/{file}");
            }
        }
    }
}
