using System.Globalization;
using System.Net;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>
/// How much may go on at once: pushes, fetches and ref advertisements, each of which is a git at work, and the sending of answers that are stored,
/// each have slots of their own.
/// </summary>
public sealed class GitLoad(LimitOptions limits, LoadMetrics metrics, TimeProvider time)
{
    // Sending needs no git, but a slow reader holds a buffer (StoredAnswer.ChunkBytes) for as long as he likes.
    private const int ReadersPerFetch = 16;

    private readonly TimeSpan _patience = TimeSpan.FromMilliseconds(limits.QueueMilliseconds);
    private readonly Slots _fetches = Of(limits.Fetches, limits, time);
    private readonly Slots _readers = Of(limits.Fetches * ReadersPerFetch, limits, time);
    private readonly Slots _advertisements = Of(limits.Advertisements, limits, time);
    private readonly Slots _pushes = Of(limits.Pushes, limits, time);

    /// <summary>What a client reads who waited in vain.</summary>
    public string BusyText => $"the server is busy; try again in {RetryAfter} s";

    /// <summary>The seconds after which it is worth while to try again.</summary>
    public string RetryAfter => Math.Ceiling(_patience.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>A slot for packing; null when the server stays busy. To be taken once the whole request is here: a slow sender holds none.</summary>
    public Task<IDisposable?> TakeFetchAsync(HttpContext context, BareRepository repository) => TakeAsync("fetch", _fetches, context, repository);

    /// <summary>The same on behalf of a client whose request may end before the packing does.</summary>
    public Task<IDisposable?> TakeFetchAsync(IPAddress client, BareRepository repository, CancellationToken cancellationToken) =>
        metrics.TakeAsync("fetch", () => _fetches.TakeAsync(repository.Path, client, cancellationToken));

    /// <summary>A slot for sending a stored answer, of which there are many; null when the server stays busy.</summary>
    public Task<IDisposable?> TakeReadAsync(HttpContext context, BareRepository repository) => TakeAsync("read", _readers, context, repository);

    /// <summary>A slot for telling refs; null when the server stays busy.</summary>
    public Task<IDisposable?> TakeAdvertisementAsync(HttpContext context, BareRepository repository) => TakeAsync("refs", _advertisements, context, repository);

    /// <summary>A slot for receiving a pack; null when the server stays busy. Pushes stream, so a slow one holds it, until Kestrel's least data rate ends it.</summary>
    public Task<IDisposable?> TakePushAsync(HttpContext context, BareRepository repository) => TakeAsync("push", _pushes, context, repository);

    private static Slots Of(int most, LimitOptions limits, TimeProvider time) =>
        new(most, limits.QueuedRequests, TimeSpan.FromMilliseconds(limits.QueueMilliseconds), time);

    private async Task<IDisposable?> TakeAsync(string pool, Slots slots, HttpContext context, BareRepository repository)
    {
        var slot = await metrics.TakeAsync(pool, () => slots.TakeAsync(repository.Path, ClientAddress.Of(context), context.RequestAborted)).ConfigureAwait(false);
        if (slot is null)
        {
            GitExchange.End(context, GitOutcome.Refused);
        }

        return slot;
    }
}
