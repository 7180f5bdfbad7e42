using GitNostrBridge.Git;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Decides over announcements, kind 30617 (R5-R9).</summary>
public sealed class AnnouncementRule(
    RepositoryCatalogue catalogue,
    BareRepositories repositories,
    Purgatory purgatory,
    PurgatoryGate gate,
    EventPublisher publisher,
    RepositoryRetirement retirement,
    AnnouncementLease lease,
    EarlyAnnouncements early,
    IdentifierLock turns,
    Func<AdmissionPolicy> policy,
    ServiceAddress here)
{
    /// <summary>Serves a newer announcement of a served repository, holds a new one, refuses one that does not list this service.</summary>
    public async Task<AdmissionResult> AdmitAsync(NostrEvent nostrEvent, EventOrigin origin, CancellationToken cancellationToken)
    {
        var parse = RepositoryAnnouncement.Parse(nostrEvent);
        if (parse is AnnouncementParse.Malformed malformed)
        {
            return Refused(malformed.Reason);
        }

        var announcement = ((AnnouncementParse.Parsed)parse).Announcement;
        if (!BareRepositories.IsValidIdentifier(announcement.Identifier))
        {
            return Refused("the identifier (d tag) must be a plain name: not empty, `.` or `..`, no slash, backslash or control character, at most 200 bytes");
        }

        if (policy().WhyNot(announcement.Address) is { } reason)
        {
            return new AdmissionResult.Refused(MessagePrefix.Blocked, reason);
        }

        var result = await DecideAsync(announcement, origin, cancellationToken).ConfigureAwait(false);
        if (result is AdmissionResult.Accepted or AdmissionResult.Held)
        {
            await TryEarlyAsync(announcement.Identifier, origin, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<AdmissionResult> DecideAsync(RepositoryAnnouncement announcement, EventOrigin origin, CancellationToken cancellationToken)
    {
        var nostrEvent = announcement.Event;
        List<PublicKey> around = [announcement.Author, .. announcement.Claims.Named];
        if (!announcement.Lists(here))
        {
            // R7: it may answer an invitation though it names nobody.
            around.AddRange(await catalogue.NamingAsync(announcement.Identifier, announcement.Author, cancellationToken).ConfigureAwait(false));
        }

        var snapshot = await catalogue.SnapshotAsync(announcement.Identifier, around, cancellationToken).ConfigureAwait(false);
        var earlier = snapshot.TryGetAnnouncement(announcement.Author, out var entry) ? entry : null;
        if (earlier is not null && !nostrEvent.IsNewerThan(earlier.Announcement.Event))
        {
            return await AnswerKnownAsync(announcement, earlier, origin, cancellationToken).ConfigureAwait(false);
        }

        return announcement.Lists(here)
            ? await AdmitOwnerAsync(announcement, earlier, cancellationToken).ConfigureAwait(false)
            : await AdmitCompanionAsync(announcement, earlier, snapshot, cancellationToken).ConfigureAwait(false);
    }

    // R9: an older or equal one never replaces.
    private async Task<AdmissionResult> AnswerKnownAsync(
        RepositoryAnnouncement announcement, AnnouncementEntry earlier, EventOrigin origin, CancellationToken cancellationToken)
    {
        if (earlier.Announcement.Event.Id != announcement.Event.Id)
        {
            return new AdmissionResult.Superseded();
        }

        if (earlier.IsHeld && origin == EventOrigin.User && announcement.Lists(here))
        {
            // R8: whoever sends it again expects its repository, which may have expired.
            await lease.ExtendAsync(announcement.Identifier, [announcement.Author], cancellationToken).ConfigureAwait(false);
        }

        return new AdmissionResult.Duplicate(IsServed: !earlier.IsHeld);
    }

    private async Task<AdmissionResult> AdmitOwnerAsync(
        RepositoryAnnouncement announcement, AnnouncementEntry? earlier, CancellationToken cancellationToken)
    {
        if (earlier is { IsHeld: false } && earlier.Announcement.Lists(here))
        {
            return await ServeAsync(announcement, earlier, cancellationToken).ConfigureAwait(false);
        }

        if (await purgatory.RefuseForSpaceAsync(announcement.Author, cancellationToken).ConfigureAwait(false) is { } full)
        {
            return full;
        }

        return await HoldAsync(announcement, withRepository: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AdmissionResult> AdmitCompanionAsync(
        RepositoryAnnouncement announcement, AnnouncementEntry? earlier, RepositorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var leaves = earlier is not null && earlier.Announcement.Lists(here);
        var inviters = snapshot.Owners
            .Where(owner => owner != announcement.Author)
            .Where(owner => snapshot.ConfirmedFor(owner) is var set && (set.Contains(announcement.Author) || set.IsNamed(announcement.Author)))
            .ToList();
        if (leaves)
        {
            // R9: an author who no longer lists this service ends his repository here, whether or not this event is kept.
            await retirement.RetireAsync(earlier!.Announcement, cancellationToken).ConfigureAwait(false);
            List<PublicKey> left = [.. earlier.Announcement.Claims.Named];
            await gate.ProcessSatisfiableEventsAsync(announcement.Identifier, ReleaseCause.Arrival, left, cancellationToken).ConfigureAwait(false);
        }

        if (inviters.Count == 0)
        {
            // One that names nobody else has nobody to wait for.
            if (announcement.Claims.Named.Any(key => key != announcement.Author))
            {
                early.Keep(announcement);
            }

            return Refused(
                $"the announcement does not list this service, nor does an announcement here name its author; add {here.CloneUrl(announcement.Address)} to clone and {here.RelayUrl} to relays");
        }

        // R7: it is served with the owner's announcement, or waits as long as that one.
        return inviters.Any(owner => snapshot.TryGetAnnouncement(owner, out var owners) && !owners.IsHeld)
            ? await ServeAsync(announcement, earlier, cancellationToken).ConfigureAwait(false)
            : await purgatory.RefuseForSpaceAsync(announcement.Author, cancellationToken).ConfigureAwait(false)
                ?? await HoldAsync(announcement, withRepository: false, cancellationToken).ConfigureAwait(false);
    }

    // One that is accepted may name the author of the next.
    private async Task TryEarlyAsync(string identifier, EventOrigin origin, CancellationToken cancellationToken)
    {
        var goesOn = true;
        while (goesOn)
        {
            goesOn = false;
            foreach (var waiting in early.Of(identifier))
            {
                if (await DecideAsync(waiting, origin, cancellationToken).ConfigureAwait(false) is not AdmissionResult.Refused { Prefix: MessagePrefix.Invalid })
                {
                    early.Remove(waiting.Event.Id);
                    goesOn = true;
                }
            }
        }
    }

    private async Task<AdmissionResult> ServeAsync(RepositoryAnnouncement announcement, AnnouncementEntry? earlier, CancellationToken cancellationToken)
    {
        var outcome = await publisher.PublishAsync(announcement.Event, cancellationToken).ConfigureAwait(false);

        // R15: who may sign has changed, so what waits is looked at anew, also around those whom it names no more.
        IEnumerable<PublicKey> left = earlier?.Announcement.Claims.Named.Except(announcement.Claims.Named) ?? [];
        await gate.ProcessSatisfiableEventsAsync(announcement.Identifier, ReleaseCause.Arrival, [announcement.Author, .. left], cancellationToken).ConfigureAwait(false);
        return AdmissionResult.From(outcome);
    }

    private async Task<AdmissionResult> HoldAsync(RepositoryAnnouncement announcement, bool withRepository, CancellationToken cancellationToken)
    {
        HoldOutcome outcome;

        // The sweep must not come between the repository and the row that keeps it.
        using (await turns.EnterAsync(announcement.Identifier, cancellationToken).ConfigureAwait(false))
        {
            if (withRepository)
            {
                // R8: clients poll info/refs as soon as they read the OK.
                await repositories.EnsureAsync(announcement.Author.ToNpub(), announcement.Identifier, cancellationToken).ConfigureAwait(false);
            }

            outcome = await purgatory.HoldAsync(announcement.Event, announcement.Identifier, replacesOlder: true, cancellationToken).ConfigureAwait(false);
        }

        return await gate.TryAfterHoldAsync(outcome, announcement.Event.Id, announcement.Identifier, cancellationToken).ConfigureAwait(false);
    }

    private static AdmissionResult.Refused Refused(string reason) => new(MessagePrefix.Invalid, reason);
}
