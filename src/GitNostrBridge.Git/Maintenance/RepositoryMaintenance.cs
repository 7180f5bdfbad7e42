using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>
/// Keeps a repository small and fast while it is used: git's own repacking, which never takes away what a running push or clone needs.
/// Everything runs with one thread and, where `nice` exists, at the lowest priority.
/// </summary>
public sealed class RepositoryMaintenance(GitProcess git)
{
    private static readonly IReadOnlyList<string> Configuration =
    [
        "pack.threads=1",
        "repack.writeBitmaps=true",
        "pack.writeReverseIndex=true",
        "repack.updateServerInfo=false",
        "core.commitGraph=true",
    ];

    /// <summary>Packs loose refs.</summary>
    public async Task<MaintenanceResult> PackRefsAsync(BareRepository repository, CancellationToken ct) =>
        await RunAllAsync(repository, [["pack-refs", "--all"]], ct);

    /// <summary>
    /// Packs loose refs and objects, joins small packs in geometric progression under one index with reachability bitmaps, and writes the commit
    /// graph with changed paths. Drops nothing.
    /// </summary>
    public async Task<MaintenanceResult> TidyAsync(BareRepository repository, CancellationToken ct) =>
        await RunAllAsync(
            repository,
            [
                ["pack-refs", "--all"],
                ["repack", "-d", "-q", "--geometric=2", "--write-midx", "--write-bitmap-index"],
                CommitGraph,
            ],
            ct);

    /// <summary>
    /// Joins all that is reachable into one pack, and puts the rest into a cruft pack, from which what has been unreachable for longer than
    /// <paramref name="retention"/> goes. Whatever a ref names stays, hidden ones too.
    /// </summary>
    public async Task<MaintenanceResult> CollectAsync(BareRepository repository, TimeSpan retention, CancellationToken ct)
    {
        var expiry = string.Create(CultureInfo.InvariantCulture, $"{(long)retention.TotalSeconds}.seconds.ago");
        return await RunAllAsync(
            repository,
            [
                ["pack-refs", "--all"],
                ["repack", "-d", "-q", "--cruft", $"--cruft-expiration={expiry}", "--write-midx", "--write-bitmap-index"],
                ["prune", $"--expire={expiry}"], // loose objects that were too old for the cruft pack
                CommitGraph,
            ],
            ct);
    }

    private static string[] CommitGraph => ["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"];

    private async Task<MaintenanceResult> RunAllAsync(BareRepository repository, IEnumerable<string[]> commands, CancellationToken ct)
    {
        var before = repository.ReadRefs();
        foreach (var arguments in commands)
        {
            var exit = await git.RunAsync(
                new GitCommand(arguments)
                {
                    Repository = repository.Path,
                    Configuration = Configuration,
                    TimeOut = GitCommand.PackTimeOut,
                    Grace = TimeSpan.FromSeconds(30),
                    IsIdle = true,
                },
                ct);
            if (!exit.Succeeded)
            {
                return HasMoved(before, repository.ReadRefs()) ? new MaintenanceResult.Overtaken() : new MaintenanceResult.Failed($"git {arguments[0]}: {exit.Errors}");
            }
        }

        return new MaintenanceResult.Done();
    }

    private static bool HasMoved(RefSnapshot before, RefSnapshot now) => before.Refs.Count != now.Refs.Count || before.Refs.Except(now.Refs).Any();
}
