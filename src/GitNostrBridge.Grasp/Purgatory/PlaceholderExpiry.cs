using System.Collections.Concurrent;
using GitNostrBridge.Git;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>How long, and how many, commits in refs/nostr/ may wait for their events.</summary>
/// <param name="Lifetime">From the push to the deletion of the ref (R28).</param>
/// <param name="MostPerRepository">Waiting refs of one repository.</param>
public sealed record PlaceholderLimits(TimeSpan Lifetime, int MostPerRepository);

/// <summary>Deletes refs whose events have not come in time (R28).</summary>
public sealed partial class PlaceholderExpiry(
    BareRepositories repositories, RefTransaction transaction, PurgatoryMetrics metrics, TimeProvider time, PlaceholderLimits limits, ILogger<PlaceholderExpiry> logger)
{
    // Which repositories to look at: found once among all, then told by each push.
    private readonly ConcurrentDictionary<string, BareRepository> _watched = new(StringComparer.Ordinal);

    private bool _searched;

    /// <summary>Whether one more may wait in a repository.</summary>
    public bool HasRoom(RefSnapshot refs) => PlaceholderRef.In(refs).Count() < limits.MostPerRepository;

    /// <summary>Notes that something waits in the repository.</summary>
    public void Watch(BareRepository repository) => _watched[repository.Path] = repository;

    /// <summary>What waits in the repositories that are known to hold any; soon after the start, and until the first sweep, that is none.</summary>
    public IEnumerable<(BareRepository Repository, PlaceholderRef Placeholder, DateTimeOffset Deadline)> Waiting() =>
        from repository in _watched.Values
        from placeholder in TryRead(repository)
        select (repository, placeholder, placeholder.Since + limits.Lifetime);

    /// <summary>Deletes what has waited too long; returns how many refs there were. The first call looks at all repositories: time spent down counts.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (!_searched)
        {
            foreach (var repository in repositories.All())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Watch(repository);
            }

            _searched = true;
        }

        var deleted = 0;
        foreach (var repository in _watched.Values)
        {
            deleted += await SweepAsync(repository, cancellationToken).ConfigureAwait(false);
        }

        return deleted;
    }

    private async Task<int> SweepAsync(BareRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            var waiting = PlaceholderRef.In(repository.ReadRefs()).ToList();
            var overdue = waiting.Where(placeholder => placeholder.Since + limits.Lifetime <= time.GetUtcNow()).ToList();
            if (overdue.Count == 0)
            {
                if (waiting.Count == 0)
                {
                    Forget(repository);
                }

                return 0;
            }

            var deletions = overdue.Select(placeholder => new RefUpdate(placeholder.Name, placeholder.Commit, Oid.Zero)).ToList();
            if (await transaction.ApplyAsync(repository, deletions, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused)
            {
                // Most likely an event has claimed one of them in this moment.
                LogRefused(logger, repository.Path, refused.Reason);
                return 0;
            }

            metrics.PlaceholdersEnded(overdue.Count);
            foreach (var ended in overdue)
            {
                LogEnded(logger, ended.Id, repository.Path, ended.Since);
            }

            return overdue.Count;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A repository that is broken, or gone meanwhile, does not stop the sweep of the others.
            if (!Directory.Exists(repository.Path))
            {
                Forget(repository);
            }

            LogFailed(logger, failure, repository.Path);
            return 0;
        }
    }

    // Unless a push has noted it anew meanwhile, with an object of its own.
    private void Forget(BareRepository repository) => _watched.TryRemove(KeyValuePair.Create(repository.Path, repository));

    private static List<PlaceholderRef> TryRead(BareRepository repository)
    {
        try
        {
            return [.. PlaceholderRef.In(repository.ReadRefs())];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return []; // gone, or broken: the sweep tells of it
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A commit in {Repository} has waited since {Since:O} for event {Id}, which did not come: its ref is deleted")]
    private static partial void LogEnded(ILogger logger, EventId id, string repository, DateTimeOffset since);

    [LoggerMessage(Level = LogLevel.Information, Message = "Placeholders in {Repository} could not be deleted; the next sweep tries again: {Reason}")]
    private static partial void LogRefused(ILogger logger, string repository, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} could not be swept")]
    private static partial void LogFailed(ILogger logger, Exception failure, string repository);
}
