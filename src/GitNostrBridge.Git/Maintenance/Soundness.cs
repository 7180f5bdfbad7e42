namespace GitNostrBridge.Git;

/// <summary>What git itself says of a repository.</summary>
public abstract record SoundnessResult
{
    private SoundnessResult()
    {
    }

    /// <summary>All that its refs reach is here.</summary>
    public sealed record Sound : SoundnessResult;

    /// <summary>It is not, or git could not tell in time; in git's words.</summary>
    public sealed record Unsound(string Reason) : SoundnessResult;
}

/// <summary>Asks git whether a repository is whole (`git fsck`), and makes one whole that borrows objects from elsewhere.</summary>
public sealed class Soundness(GitProcess git)
{
    /// <summary>Checks that everything which refs reach is here; with <paramref name="readAll"/> every object is read and its checksum compared.</summary>
    public async Task<SoundnessResult> CheckAsync(BareRepository repository, bool readAll, CancellationToken cancellationToken)
    {
        var exit = await git.RunAsync(
            new GitCommand(["fsck", readAll ? "--full" : "--connectivity-only", "--no-dangling", "--no-progress"])
            {
                Repository = repository.Path,
                TimeOut = GitCommand.PackTimeOut,
            },
            cancellationToken).ConfigureAwait(false);
        return exit.Succeeded ? new SoundnessResult.Sound() : new SoundnessResult.Unsound(exit.Errors.Length > 0 ? exit.Errors : $"git fsck ended with {exit.Code}");
    }

    /// <summary>The object folders that a repository borrows from (objects/info/alternates), as they are written there.</summary>
    public static IReadOnlyList<string> Lenders(BareRepository repository) => File.Exists(Alternates(repository))
        ? [.. File.ReadLines(Alternates(repository)).Where(line => line.Length > 0 && line[0] != '#')]
        : [];

    /// <summary>Brings what a repository borrows into it, so that it can be moved and backed up; the lenders are not touched.</summary>
    public async Task<SoundnessResult> EndBorrowingAsync(BareRepository repository, CancellationToken cancellationToken)
    {
        var objects = Path.Combine(repository.Path, "objects");
        if (Lenders(repository).FirstOrDefault(lender => !Directory.Exists(Path.Combine(objects, lender))) is { } missing)
        {
            return new SoundnessResult.Unsound($"it borrows objects from {missing}, which is not here");
        }

        var packed = await git.RunAsync(
            new GitCommand(["repack", "-a", "-d", "-q"]) { Repository = repository.Path, TimeOut = GitCommand.PackTimeOut, Grace = TimeSpan.FromSeconds(30) },
            cancellationToken).ConfigureAwait(false);
        if (!packed.Succeeded)
        {
            return new SoundnessResult.Unsound(packed.Errors);
        }

        var borrowed = Alternates(repository) + ".aside";
        File.Move(Alternates(repository), borrowed, overwrite: true);
        var check = await CheckAsync(repository, readAll: false, cancellationToken).ConfigureAwait(false);
        if (check is SoundnessResult.Unsound)
        {
            File.Move(borrowed, Alternates(repository), overwrite: true);
        }
        else
        {
            File.Delete(borrowed);
        }

        return check;
    }

    private static string Alternates(BareRepository repository) => Path.Combine(repository.Path, "objects", "info", "alternates");
}
