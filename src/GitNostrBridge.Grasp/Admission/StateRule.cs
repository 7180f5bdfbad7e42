using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over states, kind 30618 (R11-R13).</summary>
public sealed class StateRule(RepositoryCatalogue catalogue, Purgatory purgatory, PurgatoryGate gate, AnnouncementLease lease)
{
    /// <summary>Holds a state whose author is confirmed for an owner here, then tries the gate.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var parse = RepositoryState.Parse(nostrEvent);
        if (parse is StateParse.Malformed malformed)
        {
            return new AdmissionResult.Refused(MessagePrefix.Invalid, malformed.Reason);
        }

        var state = ((StateParse.Parsed)parse).State;
        var snapshot = await catalogue.SnapshotAsync(state.Identifier, [state.Author], cancellationToken).ConfigureAwait(false);
        if (snapshot.Owners.Count == 0)
        {
            return new AdmissionResult.Refused(
                MessagePrefix.Invalid, "no repository with this identifier is announced here; send its announcement (kind 30617) first");
        }

        // R12: an invitee's state is not kept for later, for that would be the hijack that acceptance prevents.
        var owners = snapshot.OwnersConfirming(state.Author);
        if (owners.Count == 0)
        {
            return new AdmissionResult.Refused(
                MessagePrefix.Restricted,
                "author not authorized for this repository: the owner's announcement must name this key, and this key must announce the repository too and name a maintainer");
        }

        // One that waits already takes no more room.
        if (snapshot.HeldStates.All(held => held.Event.Id != nostrEvent.Id)
            && (purgatory.RefuseForSpace(snapshot, state.Author) ?? await purgatory.RefuseForSpaceAsync(state.Author, cancellationToken).ConfigureAwait(false)) is { } full)
        {
            return full;
        }

        var outcome = await purgatory.HoldAsync(nostrEvent, state.Identifier, replacesOlder: false, cancellationToken).ConfigureAwait(false);
        await lease.ExtendAsync(state.Identifier, owners, cancellationToken).ConfigureAwait(false);
        return await gate.TryAfterHoldAsync(outcome, nostrEvent.Id, state.Identifier, cancellationToken).ConfigureAwait(false);
    }
}
