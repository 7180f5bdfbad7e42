using System.IO.Pipelines;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>Checks, before git is started, that a push stays within the limits of objects, refs and disk.</summary>
public sealed class PushBounds(DiskSpace space, CurrentLimits limits)
{
    /// <summary>Looks at the commands and at the head of the pack; consumes nothing. Deletions alone bring no data and always fit.</summary>
    public async ValueTask<PushBound> CheckAsync(BareRepository repository, ReceivePackRequest request, PipeReader body, CancellationToken cancellationToken)
    {
        if (request.Updates.All(update => update.IsDelete))
        {
            return new PushBound.Fits(limits.Now.PackBytes);
        }

        var refs = repository.ReadRefs().Refs;
        var after = refs.Count + request.Updates.Count(update => !refs.ContainsKey(update.Name)) - request.Updates.Count(update => update.IsDelete);
        if (after > limits.Now.RefsPerRepository && after > refs.Count)
        {
            return new PushBound.Exceeds($"a repository may have {limits.Now.RefsPerRepository} refs; with this push it would have {after}");
        }

        if (!space.TryGetRoom(repository, out var room, out var reason))
        {
            return new PushBound.Exceeds(reason);
        }

        var objects = await PackHeader.PeekObjectsAsync(body, request, cancellationToken).ConfigureAwait(false);
        return objects > limits.Now.ObjectsPerPush
            ? new PushBound.Exceeds($"a push may bring {limits.Now.ObjectsPerPush} objects, this one has {objects}; push the history in several steps")
            : new PushBound.Fits(Math.Min(limits.Now.PackBytes, room));
    }
}
