using System.Globalization;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>A value that a branch or tag had before it was deleted or rewritten.</summary>
/// <param name="Name">The hidden ref that keeps it.</param>
/// <param name="Original">The branch or tag that it was.</param>
/// <param name="Value">What it pointed at.</param>
/// <param name="LostAt">When it was lost, to the second.</param>
public sealed record RecoveryRef(RefName Name, RefName Original, Oid Value, DateTimeOffset LostAt);

/// <summary>
/// Hidden refs `refs/recovery/&lt;unix seconds&gt;/…` that keep what a deletion or a rewrite took out of reach: no signature may destroy data (R25).
/// </summary>
public sealed class RecoveryRefs(GitProcess git, RefTransaction transaction, TimeProvider time)
{
    /// <summary>The namespace, which no client sees.</summary>
    public const string Prefix = "refs/recovery/";

    private const int Attempts = 5;

    // Commits, some 20 µs each; git takes longer to start.
    private const int MostLookedAt = 500;

    /// <summary>After refs have moved: keeps those old values that no ref reaches any more, and every replaced tag.</summary>
    public async Task<RefTransactionResult> KeepAsync(BareRepository repository, IReadOnlyCollection<RefUpdate> moved, CancellationToken cancellationToken)
    {
        var replaced = moved.Where(update => !update.IsNoOp && !update.Old.IsZero).ToList();
        if (replaced.Count == 0)
        {
            return new RefTransactionResult.Applied();
        }

        var standing = repository.ReadRefs().Refs;
        replaced.RemoveAll(update => standing.GetValueOrDefault(update.Name) == update.Old);
        var unreachable = await UnreachableAsync(repository, Doubtful(repository, replaced, standing), cancellationToken).ConfigureAwait(false);
        var lost = replaced.Where(update => update.Name.IsTag || unreachable.Contains(update.Old)).ToList();
        return lost.Count == 0
            ? new RefTransactionResult.Applied()
            : await WriteAsync(repository, lost, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the ref has the name of one.</summary>
    public static bool Is(RefName name) => Read(name, Oid.Zero) is not null;

    /// <summary>All that is kept, the oldest first.</summary>
    public static IReadOnlyList<RecoveryRef> List(BareRepository repository) =>
    [
        .. repository.ReadRefs().Refs
            .Select(entry => Read(entry.Key, entry.Value))
            .OfType<RecoveryRef>()
            .OrderBy(kept => kept.LostAt)
            .ThenBy(kept => kept.Original),
    ];

    /// <summary>
    /// Makes a ref that stands where a lost one stood; the recovery ref stays until its time. Refused when a ref of that name is there, or when what
    /// was kept has been let go meanwhile.
    /// </summary>
    /// <remarks>
    /// The next state that is released takes a restored branch or tag away again, unless it declares it: a maintainer fetches it, and signs.
    /// </remarks>
    /// <param name="repository">Where it was lost.</param>
    /// <param name="kept">One of <see cref="List"/>.</param>
    /// <param name="name">A branch or tag: the original, or another name.</param>
    /// <param name="cancellationToken">Ends the wait for git.</param>
    public async Task<RefTransactionResult> RestoreAsync(BareRepository repository, RecoveryRef kept, RefName name, CancellationToken cancellationToken) =>
        !name.IsBranch && !name.IsTag ? new RefTransactionResult.Refused($"{name} is no branch and no tag")
        : repository.ReadRefs().Refs.ContainsKey(name) ? new RefTransactionResult.Refused($"{name} is there already; restore it under another name")
        : await transaction.ApplyAsync(
            repository, [new RefUpdate(kept.Name, kept.Value, kept.Value), new RefUpdate(name, Oid.Zero, kept.Value)], cancellationToken).ConfigureAwait(false);

    /// <summary>Lets go of what was lost before an instant.</summary>
    public Task<RefTransactionResult> ExpireAsync(BareRepository repository, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = List(repository).Where(kept => kept.LostAt < before).Select(kept => new RefUpdate(kept.Name, kept.Value, Oid.Zero)).ToList();
        return old.Count == 0
            ? Task.FromResult<RefTransactionResult>(new RefTransactionResult.Applied())
            : transaction.ApplyAsync(repository, old, cancellationToken);
    }

    private async Task<RefTransactionResult> WriteAsync(BareRepository repository, List<RefUpdate> lost, CancellationToken cancellationToken)
    {
        RefTransactionResult result = new RefTransactionResult.Applied();
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        for (var attempt = 0; attempt < Attempts; attempt++, second++)
        {
            result = await transaction.ApplyAsync(repository, [.. lost.Select(update => new RefUpdate(NameOf(update.Name, second), Oid.Zero, update.Old))], cancellationToken).ConfigureAwait(false);
            if (result is RefTransactionResult.Applied)
            {
                break;
            }

            // The same name, or one that git cannot keep beside it, was lost in this very second already.
        }

        return result;
    }

    // Almost every push goes forward: the old value is near below the new one, where a ref stands, or is still some ref's. That is seen without git.
    private static List<RefUpdate> Doubtful(BareRepository repository, List<RefUpdate> replaced, IReadOnlyDictionary<RefName, Oid> standing)
    {
        var values = standing.Values.ToHashSet();
        var doubtful = replaced.Where(update => !update.Name.IsTag && !values.Contains(update.Old)).ToList();
        var reached = repository.NearAncestors(doubtful.Where(update => values.Contains(update.New)), MostLookedAt);
        return [.. doubtful.Where(update => !reached.Contains(update.Old))];
    }

    // git lists every commit that only the old values reach, so the lost ones are among them.
    private async Task<HashSet<Oid>> UnreachableAsync(BareRepository repository, List<RefUpdate> replaced, CancellationToken cancellationToken)
    {
        if (replaced.Count == 0)
        {
            return [];
        }

        var candidates = replaced.Where(update => repository.Contains(update.Old)).Select(update => update.Old).ToHashSet();
        var found = new HashSet<Oid>();
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(candidates.Select(oid => $"{oid.Hex}\n"))));
        var exit = await git.RunAsync(
            new GitCommand(["rev-list", "--stdin", "--not", "--all"])
            {
                Repository = repository.Path,
                Input = input,
                Output = async (stdout, token) =>
                {
                    using var reader = new StreamReader(stdout, Encoding.ASCII);
                    while (await reader.ReadLineAsync(token).ConfigureAwait(false) is { } line)
                    {
                        if (Oid.TryParse(line, out var oid) && candidates.Contains(oid))
                        {
                            found.Add(oid);
                        }
                    }
                },
            },
            cancellationToken).ConfigureAwait(false);

        // When git cannot tell, all of it is kept.
        return exit.Succeeded ? found : candidates;
    }

    private static RefName NameOf(RefName original, long second) =>
        RefName.TryParse(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{second}/{original.Full["refs/".Length..]}"), out var name)
            ? name
            : throw new InvalidOperationException($"{original} is too long to be kept");

    private static RecoveryRef? Read(RefName name, Oid value)
    {
        if (!name.Full.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name.Full[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && long.TryParse(rest[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            && RefName.TryParse("refs/" + rest[(slash + 1)..], out var original)
                ? new RecoveryRef(name, original, value, DateTimeOffset.FromUnixTimeSeconds(second))
                : null;
    }
}
