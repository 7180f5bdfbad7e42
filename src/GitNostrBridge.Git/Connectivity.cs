using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Whether everything reachable from some objects is in a repository.</summary>
public sealed class Connectivity(GitProcess git)
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the ids and all that they refer to are here; false also when that could not be shown in 5 minutes.
    /// What the repository's refs reach is taken for complete: git checks it before it moves a ref.
    /// </summary>
    public async Task<bool> IsCompleteAsync(BareRepository repository, IReadOnlyCollection<Oid> oids, CancellationToken ct)
    {
        var complete = repository.ReadRefs().Refs.Values.ToHashSet();
        var open = oids.Where(oid => !complete.Contains(oid)).ToList();
        if (open.Count == 0)
        {
            return true;
        }

        return repository.Missing(open).Count == 0 && await WalkAsync(repository, open, ["--not", "--all"], ct);
    }

    /// <summary>As <see cref="IsCompleteAsync"/>, but nothing is taken for complete: all of it is walked, which takes long in a large repository.</summary>
    public async Task<bool> IsWholeAsync(BareRepository repository, IReadOnlyCollection<Oid> oids, CancellationToken ct) =>
        repository.Missing(oids).Count == 0 && await WalkAsync(repository, oids, [], ct);

    private async Task<bool> WalkAsync(BareRepository repository, IEnumerable<Oid> oids, IEnumerable<string> without, CancellationToken ct)
    {
        using var tips = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(oids.Select(oid => $"{oid.Hex}\n"))));
        var exit = await git.RunAsync(
            new GitCommand(["rev-list", "--objects", "--quiet", "--stdin", .. without])
            {
                Repository = repository.Path,
                Input = tips,
                TimeOut = TimeOut,
            },
            ct);
        return exit.Succeeded;
    }
}
