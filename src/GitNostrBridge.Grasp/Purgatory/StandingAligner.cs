using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
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
    /// As if some states did not wait, nor those of authors who are not confirmed now: what was pushed towards them, and towards nothing newer that
    /// waits on, goes back to the state that stands for each owner; where nothing stands nothing moves. Recovery refs keep what that takes out of reach.
    /// In the identifier's turn, and before the states go: then a crash between leaves no gap. Repositories of strangers
    /// whose group is not wholly known are passed over: who seems to have left may only not have been read.
    /// </summary>
    internal async Task RealignAsync(string identifier, IReadOnlyList<PublicKey> authors, IReadOnlySet<EventId> going, CancellationToken cancellationToken) =>
        await RealignAsync(await catalogue.SnapshotAsync(identifier, authors, cancellationToken).ConfigureAwait(false), going, cancellationToken).ConfigureAwait(false);

    /// <summary>The same for what is known of the identifier already.</summary>
    internal async Task RealignAsync(RepositorySnapshot snapshot, IReadOnlySet<EventId> going, CancellationToken cancellationToken)
    {
        foreach (var owner in snapshot.Owners.Where(snapshot.IsWhollyKnown))
        {
            var confirmed = snapshot.ConfirmedFor(owner);
            var leaving = snapshot.HeldStates.Where(state => state.TracksRefs && (going.Contains(state.Event.Id) || !confirmed.Contains(state.Author))).ToList();

            // A released state that goes moves nothing: there is nothing to go back to.
            if (leaving.Count > 0 && snapshot.StandingFor(owner) is { } released && !going.Contains(released.Event.Id))
            {
                await TryRealignAsync(new RepositoryAddress(owner, snapshot.Identifier), released, leaving, snapshot, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TryRealignAsync(
        RepositoryAddress address, RepositoryState released, List<RepositoryState> leaving, RepositorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var newer = snapshot.CandidatesFor(address.Owner).Where(state => state.IsNewerThan(released) && !leaving.Contains(state)).ToList();
        try
        {
            if (repositories.Find(address.Owner.ToNpub(), address.Identifier) is not { } repository)
            {
                return;
            }

            switch (await aligner.AlignAsync(repository, released, newer, (name, value) => IsOf(leaving, newer, name, value), cancellationToken).ConfigureAwait(false))
            {
                case Alignment.Aligned { Moved: true }:
                    LogRealigned(logger, address, released.Event.Id);
                    break;
                case Alignment.Failed { Reason: var reason }:
                    LogFailed(logger, address, released.Event.Id, reason);
                    break;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A broken repository stops neither the others nor what goes.
            LogFailed(logger, address, released.Event.Id, failure.Message);
        }
    }

    // Whether the ref stands, or is absent, as a state wants it that goes, and as no other does.
    private static bool IsOf(List<RepositoryState> leaving, List<RepositoryState> newer, RefName name, Oid value) => value.IsZero
        ? leaving.Any(state => !state.Refs.ContainsKey(name)) && newer.All(state => state.Refs.ContainsKey(name))
        : leaving.Any(state => state.Refs.GetValueOrDefault(name) is DeclaredValue.Object { Oid: { } oid } && oid == value);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} is back at the released state {Id}: the newer one that it was pushed towards goes, or its author has left")]
    private static partial void LogRealigned(ILogger logger, RepositoryAddress repository, EventId id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository} could not be taken back to the released state {Id}: {Reason}")]
    private static partial void LogFailed(ILogger logger, RepositoryAddress repository, EventId id, string reason);
}
