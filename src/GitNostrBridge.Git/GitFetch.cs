using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// Fetches wanted objects from a repository elsewhere, by way of a staging repository, so that nothing unchecked lies in a hosted one
/// (pushes have git's quarantine; fetches have none). Full history, no refs.
/// </summary>
public sealed class GitFetch(GitProcess git, BareRepositories repositories, ObjectTransfer transfer, FetchLimits limits)
{
    // A server that lacks one object names it and refuses all of them. After so many it is asked what it has.
    private const int RefusalsTaken = 3;

    private const int MaxWants = 5_000;

    private const int MaxRefListBytes = 64 << 20;

    // Small enough that a fast line does not fill a disk between two looks.
    private static readonly TimeSpan SizeCheck = TimeSpan.FromMilliseconds(250);

    private string StagingFolder => Path.Combine(repositories.Root, ".staging");

    /// <summary>Deletes what a crash has left behind; call it before the first fetch.</summary>
    public void Sweep()
    {
        if (Directory.Exists(StagingFolder))
        {
            Directory.Delete(StagingFolder, recursive: true);
        }
    }

    /// <summary>Brings what the remote has of the wanted objects, each with its whole closure, to where they are wanted.</summary>
    /// <param name="remote">Where they may be.</param>
    /// <param name="lenders">Repositories whose objects need not be fetched again; their refs must be complete.</param>
    /// <param name="wants">At most 5000 ids count; SHA-256 ones are passed over.</param>
    /// <param name="room">What the disk has room for.</param>
    /// <param name="ct">Stops git; the staging repository goes.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task<FetchResult> FetchAsync(
        FetchRemote remote, IReadOnlyCollection<BareRepository> lenders, IReadOnlyCollection<FetchWant> wants, FetchRoom room, CancellationToken ct)
    {
        var open = wants.SelectMany(want => want.Oids).Where(IsFetchable).Distinct().Take(MaxWants).ToHashSet();
        if (open.Count == 0)
        {
            return new FetchResult.Failed("nothing that could be fetched is wanted");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(limits.TimeOut);
        await using var staging = await StagingRepository.CreateAsync(git, StagingFolder, lenders, ct);
        try
        {
            return await FillAsync(staging, remote, open, room, patience.Token)
                ?? await DeliverAsync(staging.Repository, open, wants, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new FetchResult.Failed($"the fetch was stopped: it took longer than {limits.TimeOut}");
        }
    }

    private static bool IsFetchable(Oid oid) => oid is { IsZero: false, Hex.Length: 40 };

    // Null: the open ids are in staging. What the remote has not is taken out of them.
    private async Task<FetchResult?> FillAsync(StagingRepository staging, FetchRemote remote, HashSet<Oid> open, FetchRoom room, CancellationToken ct)
    {
        for (var refusals = 0; ; refusals++)
        {
            using var ids = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(open.Select(oid => $"{oid.Hex}\n"))));
            var command = Command(
                staging, remote, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", "--stdin", "--", remote.Url.AbsoluteUri]);
            if (await RunBoundedAsync(staging, command with { Input = ids }, room, ct) is not { } exit)
            {
                return TooMuch(room);
            }

            if (exit.Succeeded)
            {
                return null;
            }

            var refused = open.Where(oid => exit.Errors.Contains(oid.Hex, StringComparison.Ordinal)).ToHashSet();
            if (refused.Count == 0 || refusals > RefusalsTaken)
            {
                return new FetchResult.Failed(exit.Errors);
            }

            open.ExceptWith(refused);
            if (refusals == RefusalsTaken)
            {
                open.IntersectWith(await ListAsync(staging, remote, open, ct));
            }

            if (open.Count == 0)
            {
                return new FetchResult.Failed("it has none of the wanted objects");
            }
        }
    }

    private FetchResult TooMuch(FetchRoom room) => room.Bytes >= limits.MaxBytes && room.IsLeft()
        ? new FetchResult.Failed($"the fetch was stopped: it brought more than {limits.MaxBytes} bytes")
        : new FetchResult.NoRoom("the fetch was stopped: it brought more than there is room for");

    private bool IsTooMuch(StagingRepository staging, FetchRoom room) => DiskUse.Of(staging.Objects) > Math.Min(limits.MaxBytes, room.Bytes) || !room.IsLeft();

    // Null: too much came.
    private async Task<GitExit?> RunBoundedAsync(StagingRepository staging, GitCommand command, FetchRoom room, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var ended = new CancellationTokenSource();
        var watch = WatchSizeAsync(staging, room, stop, ended.Token);
        try
        {
            var exit = await git.RunAsync(command, stop.Token);
            return IsTooMuch(staging, room) ? null : exit;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    // git knows no bound for what a fetch brings, so its folder is watched.
    private async Task WatchSizeAsync(StagingRepository staging, FetchRoom room, CancellationTokenSource stop, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(SizeCheck);
        while (!ended.IsCancellationRequested)
        {
            if (IsTooMuch(staging, room))
            {
                await stop.CancelAsync();
                return;
            }

            await ((Task)timer.WaitForNextTickAsync(ended).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Which of the ids some ref of the remote has.
    private async Task<HashSet<Oid>> ListAsync(StagingRepository staging, FetchRemote remote, HashSet<Oid> wanted, CancellationToken ct)
    {
        var listed = new HashSet<Oid>();
        var command = Command(staging, remote, ["ls-remote", "--quiet", "--", remote.Url.AbsoluteUri]) with
        {
            Output = async (stdout, token) =>
            {
                using var lines = new StreamReader(stdout, Encoding.UTF8);
                for (var bytes = 0; bytes < MaxRefListBytes && await lines.ReadLineAsync(token) is { } line; bytes += line.Length)
                {
                    if (Oid.TryParse(line.Split('\t', 2)[0], out var oid) && wanted.Contains(oid))
                    {
                        listed.Add(oid);
                    }
                }
            },
        };
        await git.RunAsync(command, ct);
        return listed;
    }

    private async Task<FetchResult> DeliverAsync(BareRepository staging, HashSet<Oid> here, IReadOnlyCollection<FetchWant> wants, CancellationToken ct)
    {
        foreach (var want in wants)
        {
            if (await transfer.CopyAsync(staging, want.Target, [.. want.Oids.Where(here.Contains)], ct) is TransferResult.Failed failed)
            {
                return new FetchResult.Failed(failed.Reason);
            }
        }

        return new FetchResult.Brought(here);
    }

    private GitCommand Command(StagingRepository staging, FetchRemote remote, IReadOnlyList<string> arguments) => new(arguments)
    {
        Repository = staging.Repository.Path,
        Configuration = remote.Configuration,
        TimeOut = limits.TimeOut,
    };
}
