using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// A bare repository without refs for one fetch: it borrows other repositories' objects (alternates), and what comes in stays in it
/// until it has been checked. Disposing deletes it.
/// </summary>
internal sealed class StagingRepository : IAsyncDisposable
{
    private const int DeleteAttempts = 20;

    private static readonly TimeSpan DeletePause = TimeSpan.FromMilliseconds(50);

    private StagingRepository(string path) => Repository = new BareRepository(path);

    public BareRepository Repository { get; }

    /// <exception cref="IOException">git or the disk failed.</exception>
    public static async Task<StagingRepository> CreateAsync(GitProcess git, string folder, IEnumerable<BareRepository> lenders, CancellationToken ct)
    {
        var staging = new StagingRepository(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{Guid.NewGuid():n}.git"));
        try
        {
            var exit = await git.RunAsync(new GitCommand(["init", "--bare", "--quiet", "--template=", "--initial-branch=main", staging.Repository.Path]), ct);
            if (!exit.Succeeded)
            {
                throw new IOException($"git init failed: {exit.Errors}");
            }

            var alternates = string.Concat(lenders.Select(lender => Path.Combine(lender.Path, "objects") + "\n"));
            var list = Directory.CreateDirectory(Path.Combine(staging.Objects, "info")).FullName;
            await File.WriteAllTextAsync(Path.Combine(list, "alternates"), alternates, new UTF8Encoding(false), ct);
            return staging;
        }
        catch
        {
            await staging.DisposeAsync();
            throw;
        }
    }

    /// <summary>The folder of what has come in so far.</summary>
    public string Objects => Path.Combine(Repository.Path, "objects");

    public async ValueTask DisposeAsync()
    {
        for (var attempt = 1; Directory.Exists(Repository.Path); attempt++)
        {
            try
            {
                Directory.Delete(Repository.Path, recursive: true);
            }
            catch (IOException) when (attempt < DeleteAttempts)
            {
                await Task.Delay(DeletePause); // a child of a git that was killed may still be writing
            }
            catch (IOException)
            {
                return; // the next start sweeps it
            }
        }
    }
}
