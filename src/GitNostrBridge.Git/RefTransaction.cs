using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Moves refs, all or none, each only from the value that it is said to have (`git update-ref --stdin`).</summary>
public sealed class RefTransaction(GitProcess git)
{
    // A lock file that stays behind blocks its ref for ever.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Applies the updates. git refuses to delete `refs/heads/a` and create `refs/heads/a/b` in one transaction; such deletions
    /// go first, and come back when the rest is refused. A no-op update only checks that the ref stands where it should.
    /// </summary>
    public async Task<RefTransactionResult> ApplyAsync(BareRepository repository, IReadOnlyCollection<RefUpdate> updates, CancellationToken ct)
    {
        var clearing = ClearingDeletions(updates);
        if (clearing.Count == 0)
        {
            return await CommitAsync(repository, updates, ct);
        }

        var cleared = await CommitAsync(repository, clearing, ct);
        if (cleared is RefTransactionResult.Refused)
        {
            return cleared;
        }
        // Between the halves there is no way out but forward or back, so the caller's patience does not count.
        var result = await CommitAsync(repository, updates.Except(clearing), CancellationToken.None);
        if (result is RefTransactionResult.Refused)
        {
            await CommitAsync(repository, clearing.Select(update => new RefUpdate(update.Name, update.New, update.Old)), CancellationToken.None);
        }

        return result;
    }

    /// <summary>Points HEAD to a branch, which need not exist yet.</summary>
    public async Task<RefTransactionResult> SetHeadAsync(BareRepository repository, RefName branch, CancellationToken ct)
    {
        if (!branch.IsBranch)
        {
            return new RefTransactionResult.Refused($"HEAD cannot point to {branch}: not a branch");
        }

        var exit = await git.RunAsync(new GitCommand(["symbolic-ref", "HEAD", branch.Full]) { Repository = repository.Path, Grace = Grace }, ct);
        return ResultOf(exit);
    }

    private async Task<RefTransactionResult> CommitAsync(BareRepository repository, IEnumerable<RefUpdate> updates, CancellationToken ct)
    {
        using var script = new MemoryStream(Encoding.UTF8.GetBytes(Script(updates)));
        var exit = await git.RunAsync(
            new GitCommand(["update-ref", "--no-deref", "--stdin", "-z"]) { Repository = repository.Path, Input = script, Grace = Grace },
            ct);
        return ResultOf(exit);
    }

    private static RefTransactionResult ResultOf(GitExit exit) =>
        exit.Succeeded ? new RefTransactionResult.Applied() : new RefTransactionResult.Refused(exit.Errors);

    // In this format a zero value stands for "absent", before and after, so creating and deleting are updates too.
    private static string Script(IEnumerable<RefUpdate> updates)
    {
        var script = new StringBuilder("start\0");
        foreach (var update in updates)
        {
            if (update.IsNoOp)
            {
                script.Append("verify ").Append(update.Name.Full).Append('\0').Append(update.Old.Hex).Append('\0');
            }
            else
            {
                script.Append("update ").Append(update.Name.Full).Append('\0').Append(update.New.Hex).Append('\0').Append(update.Old.Hex).Append('\0');
            }
        }
        return script.Append("prepare\0commit\0").ToString();
    }

    private static List<RefUpdate> ClearingDeletions(IReadOnlyCollection<RefUpdate> updates)
    {
        var kept = updates.Where(update => !update.IsDelete).Select(update => update.Name.Full).ToHashSet();
        var folders = kept.SelectMany(FoldersOf).ToHashSet();
        return updates
            .Where(update => update is { IsDelete: true, IsNoOp: false }
                && (folders.Contains(update.Name.Full) || FoldersOf(update.Name.Full).Any(kept.Contains)))
            .ToList();
    }

    private static IEnumerable<string> FoldersOf(string name)
    {
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            yield return name[..slash];
        }
    }
}
