using System.Collections.Concurrent;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>
/// Fetches the git data of waiting events from where the events say it is. The unit of work is the repository identifier: a round tries, one
/// after the other, the URLs of domains that are free, and leaves the others to the domains' own queues; neither waits for the other.
/// </summary>
public sealed partial class GitFetchLoop(
    FetchQueue queue,
    MissingObjects missing,
    DomainThrottle throttle,
    RemoteFetch remote,
    GitFetch fetch,
    IEventStore store,
    PullRequestTargets targets,
    GitSyncOptions options,
    TimeProvider time,
    ILogger<GitFetchLoop> logger) : IAsyncDisposable
{
    // Over all domains: each is a git process.
    private const int FetchesAtOnce = 16;

    // Each is a few queries, so none waits long; a fetch may last minutes.
    private const int LookUpsAtOnce = 16;

    // How long a round waits for one server before it asks the next one as well.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();

    private readonly FetchSlots _fetches = new(FetchesAtOnce);

    private readonly SemaphoreSlim _lookUps = new(LookUpsAtOnce);

    private readonly ConcurrentDictionary<(string Identifier, string Domain), bool> _domainPaths = [];

    private readonly RunningTasks _work = new();

    private int _disposed;

    /// <summary>Begins to work: first what has waited before the server started.</summary>
    public void Begin()
    {
        if (options.Enabled)
        {
            _ = _work.Start(() => GuardAsync("", RunAsync));
        }
    }

    /// <summary>Takes note of an event that has been offered and admitted: a push of its data is given time when a user sent it.</summary>
    public async Task NoticeAsync(NostrEvent arrived, AdmissionResult result, EventOrigin origin, CancellationToken cancellationToken)
    {
        if (!options.Enabled || result is not (AdmissionResult.Held or AdmissionResult.Accepted or AdmissionResult.Duplicate { IsServed: false }))
        {
            return;
        }

        IEnumerable<string> identifiers = arrived.Kind is EventKinds.RepositoryAnnouncement or EventKinds.RepositoryState ? [arrived.Identifier]
            : PullRequest.Parse(arrived) is PullRequestParse.Parsed { PullRequest: var pullRequest }
                ? PullRequestTargets.IdentifiersOf(await targets.OfAsync(pullRequest, cancellationToken).ConfigureAwait(false))
            : [];
        foreach (var identifier in identifiers)
        {
            queue.Schedule(identifier, origin == EventOrigin.Sync ? options.SyncedEventDelay : options.UserEventDelay);
        }
    }

    /// <summary>Stops all work and waits until git has ended and its folders are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.WhenAllAsync().ConfigureAwait(false);
        _stop.Dispose();
        _lookUps.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        fetch.Sweep();
        foreach (var identifier in await store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false))
        {
            queue.Schedule(identifier, options.SyncedEventDelay);
        }

        while (true)
        {
            var identifier = await queue.NextAsync(cancellationToken).ConfigureAwait(false);
            _ = _work.Start(() => RoundAsync(identifier));
        }
    }

    // The first path.
    private async Task RoundAsync(string identifier)
    {
        var stillWaits = true;
        await GuardAsync(identifier, async cancellationToken => stillWaits = await TryFreeDomainsAsync(identifier, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        queue.End(identifier, stillWaits);
    }

    private async Task<bool> TryFreeDomainsAsync(string identifier, CancellationToken cancellationToken)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var plan = await FindAsync(identifier, cancellationToken).ConfigureAwait(false);
            DomainLease? lease = null;
            if (plan.Next(tried, source => (lease = throttle.TryEnter(source.Domain, identifier)) is not null) is not { } next)
            {
                LeaveToDomains(identifier, plan, tried);
                return plan is { Wants.Count: > 0, Sources.Count: > 0 };
            }

            tried.Add(next.Url);
            var fetching = _work.Start(async () =>
            {
                using (lease)
                {
                    await GuardAsync(identifier, stop => FetchAsync(identifier, plan, next, stop)).ConfigureAwait(false);
                }
            });

            // A slow server goes on by itself, with its own passage of the gate, and the next one is asked.
            await fetching.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void LeaveToDomains(string identifier, FetchPlan plan, HashSet<string> tried)
    {
        var domains = plan.Wants.Count == 0 ? [] : plan.Sources.Where(source => !tried.Contains(source.Url)).Select(source => source.Domain);
        foreach (var domain in domains.Distinct())
        {
            if (_domainPaths.TryAdd((identifier, domain), true))
            {
                _ = _work.Start(() => DomainPathAsync(identifier, domain, [.. tried]));
            }
        }
    }

    private async Task DomainPathAsync(string identifier, string domain, HashSet<string> tried)
    {
        await GuardAsync(identifier, cancellationToken => TryDomainAsync(identifier, domain, tried, cancellationToken)).ConfigureAwait(false);
        _domainPaths.TryRemove((identifier, domain), out _);
    }

    // The second path: one domain, in turn with other identifiers, with its own list of what it has tried.
    private async Task TryDomainAsync(string identifier, string domain, HashSet<string> tried, CancellationToken cancellationToken)
    {
        while ((await FindAsync(identifier, cancellationToken).ConfigureAwait(false)).Next(tried, source => source.Domain == domain) is not null)
        {
            using var lease = await throttle.EnterAsync(domain, identifier, cancellationToken).ConfigureAwait(false);

            // Much may have changed while it waited for its turn.
            var plan = await FindAsync(identifier, cancellationToken).ConfigureAwait(false);
            if (plan.Next(tried, source => source.Domain == domain) is { } next)
            {
                tried.Add(next.Url);
                await FetchAsync(identifier, plan, next, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<FetchPlan> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        await _lookUps.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await missing.FindAsync(identifier, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lookUps.Release();
        }
    }

    private async Task FetchAsync(string identifier, FetchPlan plan, CloneSource source, CancellationToken cancellationToken)
    {
        using var slot = await _fetches.TakeAsync(source.Host, cancellationToken).ConfigureAwait(false);
        await remote.FetchAsync(identifier, plan, source, cancellationToken).ConfigureAwait(false);
    }

    private async Task GuardAsync(string identifier, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; what waits is scheduled again at its next start.
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, identifier);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Fetching for {Identifier} failed unexpectedly; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception failure, string identifier);
}
