using GitNostrBridge.Git;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Grasp;

/// <summary>
/// Takes refs that were pushed towards a waiting state back to the released one when the waiting one goes or its author leaves: it may never have been
/// whole here, and no repository is to stay between two states.
/// </summary>
public sealed partial class StandingAligner(
    RepositoryCatalogue catalogue, BareRepositories repositories, RefAligner aligner, ILogger<StandingAligner> logger)
{
    /// <summary>
    /// Aligns each repository of the identifier with the state that stands for its owner, as if some states did not wait; where nothing stands nothing
    /// moves. Recovery refs keep what that takes out of reach. In the identifier's turn, and before the states go: then a crash between leaves no gap.
    /// </summary>
    internal async Task RealignAsync(string identifier, IReadOnlySet<EventId> going, CancellationToken cancellationToken) =>
        await RealignAsync(await catalogue.SnapshotAsync(identifier, cancellationToken).ConfigureAwait(false), going, cancellationToken).ConfigureAwait(false);

    /// <summary>The same for what is known of the identifier already.</summary>
    internal async Task RealignAsync(RepositorySnapshot snapshot, IReadOnlySet<EventId> going, CancellationToken cancellationToken)
    {
        var identifier = snapshot.Identifier;
        foreach (var owner in snapshot.Owners)
        {
            // A released state that goes moves nothing: there is nothing to go back to.
            if (snapshot.StandingFor(owner) is not { } released || going.Contains(released.Event.Id) || repositories.Find(owner.ToNpub(), identifier) is not { } repository)
            {
                continue;
            }

            var (address, id) = (new RepositoryAddress(owner, identifier), released.Event.Id);
            var newer = snapshot.CandidatesFor(owner).Where(state => state.IsNewerThan(released) && !going.Contains(state.Event.Id)).ToList();
            switch (await aligner.AlignAsync(repository, released, newer, cancellationToken).ConfigureAwait(false))
            {
                case Alignment.Aligned { Moved: true }:
                    LogRealigned(logger, address, id);
                    break;
                case Alignment.Failed { Reason: var reason }:
                    LogFailed(logger, address, id, reason);
                    break;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} is back at the released state {Id}: the newer one that it was pushed towards goes, or its author has left")]
    private static partial void LogRealigned(ILogger logger, RepositoryAddress repository, EventId id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository} could not be taken back to the released state {Id}: {Reason}")]
    private static partial void LogFailed(ILogger logger, RepositoryAddress repository, EventId id, string reason);
}
