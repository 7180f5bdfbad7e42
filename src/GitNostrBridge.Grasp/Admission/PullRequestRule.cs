using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over pull requests and their updates, kinds 1618 and 1619 (R30).</summary>
public sealed class PullRequestRule(PullRequestTargets targets, Purgatory purgatory, PurgatoryGate gate)
{
    /// <summary>Holds a pull request towards a served repository until its commit is here.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var parse = PullRequest.Parse(nostrEvent);
        if (parse is PullRequestParse.Malformed malformed)
        {
            return new AdmissionResult.Refused(MessagePrefix.Invalid, malformed.Reason);
        }

        var pullRequest = ((PullRequestParse.Parsed)parse).PullRequest;
        var served = await targets.OfAsync(pullRequest, cancellationToken).ConfigureAwait(false);
        if (served.Count == 0)
        {
            return new AdmissionResult.Refused(
                MessagePrefix.Blocked,
                "the pull request is about nothing that is served here; it needs an a tag with the coordinate of a repository, or an e, E or q tag with the id of an event of this relay");
        }

        if (await purgatory.RefuseForSpaceAsync(nostrEvent.Author, cancellationToken).ConfigureAwait(false) is { } full)
        {
            return full;
        }

        // It waits under each identifier, so that data for any of them may release it.
        var identifiers = PullRequestTargets.IdentifiersOf(served);
        var identifier = identifiers[0];
        var outcome = await purgatory.HoldAsync(nostrEvent, identifier, replacesOlder: false, identifiers, cancellationToken).ConfigureAwait(false);
        return await gate.TryAfterHoldAsync(outcome, nostrEvent.Id, identifier, cancellationToken).ConfigureAwait(false);
    }
}
