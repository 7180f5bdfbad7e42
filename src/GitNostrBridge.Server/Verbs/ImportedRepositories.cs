using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What became of one repository of the folder.</summary>
/// <param name="Name">Its path below the folder.</param>
/// <param name="Problem">Why it was not taken over, or null: it was.</param>
internal sealed record ImportedRepository(string Name, string? Problem);

/// <summary>
/// Takes the repositories of another server's folder over, in place or as copies: makes each whole, puts foreign hooks and settings aside, raises the
/// fence. Their layout is ours, `&lt;npub&gt;/&lt;identifier&gt;.git`, but for the escape of a few odd names.
/// </summary>
internal sealed class ImportedRepositories(IdleServer server, TimeProvider time, ProgressLine progress)
{
    /// <summary>Looks at everything below the folder, and takes over what can be.</summary>
    /// <param name="folder">The other server's git folder; our own one when it is taken over in place.</param>
    /// <param name="cancellationToken">Ends between two repositories; run again, it goes on.</param>
    public async Task<IReadOnlyList<ImportedRepository>> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var found = Directory.EnumerateDirectories(folder)
            .Where(owner => Path.GetFileName(owner) is var name && !name.StartsWith('.') && name != "prs")
            .SelectMany(Directory.EnumerateDirectories)
            .Order(StringComparer.Ordinal)
            .ToList();
        var imported = new List<ImportedRepository>();
        foreach (var (index, path) in found.Index())
        {
            progress.Show("taking over repositories", index, found.Count);
            string? problem;
            try
            {
                problem = await TakeAsync(path, folder, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                problem = failure.Message;
            }

            imported.Add(new ImportedRepository(Path.GetRelativePath(folder, path), problem));
        }

        return imported;
    }

    // Null: it is taken over.
    private async Task<string?> TakeAsync(string path, string folder, CancellationToken cancellationToken)
    {
        var (owner, name) = (Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path));
        if (!PublicKey.TryParseNpub(owner, out _))
        {
            return $"{owner} is no npub";
        }

        if (!name.EndsWith(".git", StringComparison.Ordinal) || !File.Exists(Path.Combine(path, "HEAD")))
        {
            return "it is no bare repository named <identifier>.git";
        }

        // Already ours, or an identifier as the other server has written it.
        var isInPlace = Path.GetFullPath(folder) == server.Repositories.Root;
        var identifier = name[..^4];
        if (isInPlace && server.Repositories.All().FirstOrDefault(known => known.Path == path) is { } own && BareRepositories.NameOf(own) is { } mine)
        {
            identifier = mine.Identifier;
        }

        return BareRepositories.IsValidIdentifier(identifier)
            ? await TakeAsync(path, owner, identifier, isInPlace, cancellationToken).ConfigureAwait(false)
            : $"{identifier} cannot be an identifier here";
    }

    private async Task<string?> TakeAsync(string path, string owner, string identifier, bool isInPlace, CancellationToken cancellationToken)
    {
        if (!isInPlace)
        {
            if (server.Repositories.Find(owner, identifier) is not null)
            {
                return "a repository of this name is here already, and is left as it is";
            }

            await CopyAsync(path, owner, identifier, cancellationToken).ConfigureAwait(false);
        }

        if (server.Repositories.Find(owner, identifier) is not { } repository)
        {
            return "its folder's name is no identifier's";
        }

        if (HostedForm.WhyUnreadable(repository) is { } setting)
        {
            return $"its configuration sets {setting}, which this server cannot read";
        }

        if (Soundness.Lenders(repository) is { Count: > 0 }
            && await server.Get<Soundness>().EndBorrowingAsync(repository, cancellationToken).ConfigureAwait(false) is SoundnessResult.Unsound unsound)
        {
            return $"{unsound.Reason}; run this where the other server's object folders are, or copy them to that path first";
        }

        HostedForm.Restore(repository, time.GetUtcNow());
        return await server.Get<Soundness>().CheckAsync(repository, readAll: false, cancellationToken).ConfigureAwait(false) is SoundnessResult.Unsound broken
            ? $"git fsck: {broken.Reason}"
            : null;
    }

    // Objects and refs, and nothing else: no hooks. git is not asked, for it reads no repository of another user.
    private async Task CopyAsync(string path, string owner, string identifier, CancellationToken cancellationToken)
    {
        var target = await server.Repositories.EnsureAsync(owner, identifier, cancellationToken).ConfigureAwait(false);
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(path, file);
            if (name is "HEAD" or "packed-refs" or "config" || name.StartsWith("objects/", StringComparison.Ordinal) || name.StartsWith("refs/", StringComparison.Ordinal))
            {
                var copy = Path.Combine(target.Path, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }

        if (Soundness.Lenders(target) is { Count: > 0 } lenders)
        {
            // What was relative to the other server's folder is not so here.
            await File.WriteAllLinesAsync(
                Path.Combine(target.Path, "objects", "info", "alternates"), lenders.Select(lender => Path.GetFullPath(lender, Path.Combine(path, "objects"))), cancellationToken).ConfigureAwait(false);
        }
    }
}
