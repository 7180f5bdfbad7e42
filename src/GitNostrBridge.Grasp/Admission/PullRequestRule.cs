using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over pull requests and their updates, kinds 1618 and 1619 (R30).</summary>
public sealed class PullRequestRule(IEventStore store, Purgatory purgatory, PurgatoryGate gate)
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
        var served = await FirstServedAsync(pullRequest, cancellationToken).ConfigureAwait(false);
        if (served is null)
        {
            return new AdmissionResult.Refused(
                MessagePrefix.Blocked, "the pull request names no repository that is served here (a tag `30617:<owner>:<identifier>`)");
        }

        if (await purgatory.RefuseForSpaceAsync(nostrEvent.Author, cancellationToken).ConfigureAwait(false) is { } full)
        {
            return full;
        }

        var outcome = await purgatory.HoldAsync(nostrEvent, served.Identifier, replacesOlder: false, cancellationToken).ConfigureAwait(false);
        return await gate.TryAfterHoldAsync(outcome, nostrEvent.Id, served.Identifier, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RepositoryAddress?> FirstServedAsync(PullRequest pullRequest, CancellationToken cancellationToken)
    {
        foreach (var address in pullRequest.Repositories)
        {
            var announcement = new EventAddress(EventKinds.RepositoryAnnouncement, address.Owner, address.Identifier);
            if (await store.IsServedAsync([announcement.AsFilter()], cancellationToken).ConfigureAwait(false))
            {
                return address;
            }
        }

        return null;
    }
}
