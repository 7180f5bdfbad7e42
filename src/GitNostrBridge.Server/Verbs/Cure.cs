using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>What repair has come to.</summary>
/// <param name="Found">What was found before it.</param>
/// <param name="Failed">What was tried in vain, one line each.</param>
/// <param name="Remaining">What is still found after it.</param>
internal sealed record Treatment(IReadOnlyList<Finding> Found, IReadOnlyList<string> Failed, IReadOnlyList<Finding> Remaining);

/// <summary>
/// Repairs what <see cref="Doctor"/> finds, on data that no server works on. Nothing is destroyed: refs go to recovery refs, repositories aside, hooks and
/// settings to names of their own; only what interrupted work has left is deleted.
/// </summary>
internal sealed class Cure(IdleServer server, Doctor doctor, TimeProvider time, ProgressLine progress)
{
    private readonly List<string> _failed = [];

    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);

    /// <summary>Examines, repairs, and examines again.</summary>
    public async Task<Treatment> RunAsync(bool readAll, CancellationToken cancellationToken)
    {
        var found = await doctor.ExamineAsync(readAll, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return new Treatment([], [], []);
        }

        // Folders before rules: a lock file that was left, or a foreign hook, would keep a ref from moving.
        foreach (var (index, finding) in found.OrderBy(finding => finding is Finding.Broken).Index())
        {
            progress.Show("repairing", index, found.Count);
            try
            {
                await TreatAsync(finding, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _failed.Add($"{finding.Text}: {failure.Message}");
            }
        }

        return new Treatment(found, _failed, await doctor.ExamineAsync(readAll, cancellationToken).ConfigureAwait(false));
    }

    private async Task TreatAsync(Finding finding, CancellationToken cancellationToken)
    {
        switch (finding)
        {
            case Finding.Form { Repair: not null } form:
                HostedForm.Restore(form.Repository, time.GetUtcNow());
                break;
            case Finding.Leftovers left:
                LeftoverSweep.Sweep(left.Repository, DateTime.MaxValue);
                break;
            case Finding.Borrows borrows:
                if (await server.Get<Soundness>().EndBorrowingAsync(borrows.Repository, cancellationToken).ConfigureAwait(false) is SoundnessResult.Unsound still)
                {
                    _failed.Add($"{borrows.Repository.Path}: {still.Reason}");
                }

                break;
            case Finding.Unsound unsound:
                await MendAsync(unsound.Repository, cancellationToken).ConfigureAwait(false);
                break;
            case Finding.Broken broken:
                await TreatAsync(broken.Violation, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private Task TreatAsync(Violation violation, CancellationToken cancellationToken) => violation switch
    {
        Violation.RefStandsElsewhere elsewhere => FollowAsync(elsewhere.Repository.Identifier, cancellationToken),
        Violation.HeadStandsElsewhere elsewhere => FollowAsync(elsewhere.Repository.Identifier, cancellationToken),
        Violation.ObjectsMissing missing => FollowAsync(missing.Repository.Identifier, cancellationToken),
        Violation.RepositoryMissing missing => TakeBackAsync(missing.Repository, cancellationToken),
        Violation.ServedAndHeld both => server.Store.DropAsync([both.Id], cancellationToken),
        Violation.PullRequestRefAstray astray when Find(astray.Repository) is { } repository =>
            MoveAsync(repository, new RefUpdate(astray.Name, astray.Value, astray.Proposed is { } commit && repository.Contains(commit) ? commit : Oid.Zero), cancellationToken),
        Violation.ForeignRef foreign => MoveAsync(foreign.Repository, new RefUpdate(foreign.Name, foreign.Value, Oid.Zero), cancellationToken),
        Violation.WithoutAnnouncement orphan => SetAsideAsync(orphan.Repository),
        _ => Task.CompletedTask,
    };

    // Owners of one project have the same objects; by links, what one has lost comes back from another.
    private async Task MendAsync(BareRepository broken, CancellationToken cancellationToken)
    {
        var soundness = server.Get<Soundness>();
        var others = server.Repositories.All().Where(other => other.Path != broken.Path && BareRepositories.NameOf(other)?.Identifier == BareRepositories.NameOf(broken)?.Identifier).ToList();
        foreach (var other in others)
        {
            if (await soundness.CheckAsync(other, readAll: false, cancellationToken).ConfigureAwait(false) is SoundnessResult.Sound)
            {
                await server.Get<ObjectTransfer>().ShareAsync(other, broken, [.. other.ReadRefs().Refs.Values], cancellationToken).ConfigureAwait(false);
            }
        }

        if (await soundness.CheckAsync(broken, readAll: false, cancellationToken).ConfigureAwait(false) is SoundnessResult.Unsound)
        {
            _failed.Add($"{broken.Path}: what it lacks is in no other owner's repository here; restore a backup elsewhere and copy its objects folder, or let the owner publish it anew under another name");
        }
    }

    private BareRepository? Find(RepositoryAddress address) => server.Repositories.Find(address.Owner.ToNpub(), address.Identifier);

    // All owners of an identifier at once.
    private async Task FollowAsync(string identifier, CancellationToken cancellationToken)
    {
        if (_followed.Add(identifier))
        {
            _failed.AddRange(await server.Get<Realignment>().RunAsync(identifier, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task TakeBackAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        server.Repositories.TakeBack(address.Owner.ToNpub(), address.Identifier);
        await FollowAsync(address.Identifier, cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveAsync(BareRepository repository, RefUpdate update, CancellationToken cancellationToken)
    {
        var moved = await server.Get<RefTransaction>().ApplyAsync(repository, [update], cancellationToken).ConfigureAwait(false);
        var kept = moved is RefTransactionResult.Applied ? await server.Get<RecoveryRefs>().KeepAsync(repository, [update], cancellationToken).ConfigureAwait(false) : moved;
        if (kept is RefTransactionResult.Refused refused)
        {
            _failed.Add($"{repository.Path}: {refused.Reason}");
        }
    }

    private Task SetAsideAsync(BareRepository repository)
    {
        if (BareRepositories.NameOf(repository) is { } name)
        {
            server.Repositories.SetAside(name.Owner, name.Identifier, time.GetUtcNow());
        }
        else
        {
            _failed.Add($"{repository.Path}: no identifier has this folder's name; move it away by hand");
        }

        return Task.CompletedTask;
    }
}
