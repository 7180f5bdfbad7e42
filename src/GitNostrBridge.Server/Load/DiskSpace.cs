using System.Diagnostics.CodeAnalysis;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>How much more may be written: to the disk, to all repositories together, to one of them.</summary>
public sealed class DiskSpace(BareRepositories repositories, CurrentLimits limits, TimeProvider time, Func<string, long> freeBytes)
{
    // Walking over all repositories takes a while; what is pushed meanwhile is bounded by the free space.
    private static readonly TimeSpan TotalIsFresh = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _total;
    private DateTimeOffset _measured = DateTimeOffset.MinValue;

    /// <summary>The bytes that one more pack for the repository may have, or the reason why none may come.</summary>
    public bool TryGetRoom(BareRepository repository, out long bytes, [NotNullWhen(false)] out string? reason)
    {
        var disk = freeBytes(repositories.Root) - limits.Now.FreeDiskBytes;
        var quota = limits.Now.RepositoryBytes - DiskUse.Of(repository);
        var total = limits.Now.TotalBytes == 0 ? long.MaxValue : limits.Now.TotalBytes - Total();
        bytes = Math.Min(disk, Math.Min(quota, total));
        reason = bytes > 0 ? null
            : disk <= 0 ? "the server's disk is full; try again later, and tell the operator"
            : quota <= 0 ? $"this repository has reached its quota of {limits.Now.RepositoryBytes} bytes"
            : "the server's quota for all repositories is used up; tell the operator";
        return reason is null;
    }

    /// <summary>The same for one pack that goes to several repositories: the least of what each may have.</summary>
    public bool TryGetRoom(IReadOnlyCollection<BareRepository> targets, out long bytes, [NotNullWhen(false)] out string? reason)
    {
        (bytes, reason) = (long.MaxValue, null);
        foreach (var target in targets)
        {
            if (!TryGetRoom(target, out var room, out reason))
            {
                return false;
            }

            bytes = Math.Min(bytes, room);
        }

        return true;
    }

    /// <summary>Whether more is free where the repositories lie than must stay free.</summary>
    public bool HasRoom() => HasRoom(repositories.Root);

    /// <summary>Whether more is free, on the disk of a folder, than must stay free.</summary>
    public bool HasRoom(string folder) => freeBytes(folder) > limits.Now.FreeDiskBytes;

    private long Total()
    {
        lock (_gate)
        {
            if (time.GetUtcNow() - _measured > TotalIsFresh)
            {
                _total = DiskUse.Of(repositories.Root);
                _measured = time.GetUtcNow();
            }

            return _total;
        }
    }
}
