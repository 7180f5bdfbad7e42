using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Storage;

namespace GitNostrBridge.Server;

/// <summary>Examines the database and all repositories; see <see cref="Cure"/> for what is done about it.</summary>
internal sealed class Doctor(IdleServer server, VerbSettings settings, TimeProvider time, ProgressLine progress)
{
    // As long as a push may take, so that a running server's work is not taken for leftovers.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(2);

    /// <summary>Everything that is not as it should be, in the data that nobody else changes.</summary>
    /// <param name="readAll">Whether git and SQLite read every byte, which takes long.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public Task<IReadOnlyList<Finding>> ExamineAsync(bool readAll, CancellationToken cancellationToken) => ExamineAsync(readAll, time.GetUtcNow(), cancellationToken);

    /// <summary>
    /// The same while a server works on the data. What is found may only be on its way, so there is a second look after a moment, and what is not seen
    /// both times is passed over.
    /// </summary>
    public async Task<IReadOnlyList<Finding>> ExamineLiveAsync(bool readAll, CancellationToken cancellationToken)
    {
        var first = await ExamineAsync(readAll, time.GetUtcNow() - LeftoverAge, cancellationToken).ConfigureAwait(false);
        if (first.Count == 0)
        {
            return first;
        }

        await Task.Delay(SecondLook, time, cancellationToken).ConfigureAwait(false);
        var second = await ExamineAsync(readAll: false, time.GetUtcNow() - LeftoverAge, cancellationToken).ConfigureAwait(false);
        var seen = second.Select(finding => finding.Text).ToHashSet(StringComparer.Ordinal);
        return [.. first.Where(finding => seen.Contains(finding.Text) || (readAll && finding is Finding.Unsound or Finding.Database))];
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(bool readAll, DateTimeOffset leftBefore, CancellationToken cancellationToken)
    {
        var database = await DatabaseCopy.CheckAsync(settings.Options.Storage.RelayPath, readAll, cancellationToken).ConfigureAwait(false);
        List<Finding> findings = [.. database.Select(reason => new Finding.Database(reason))];
        var checks = 0;
        await foreach (var violation in server.Get<InvariantCheck>().CheckAllAsync(cancellationToken).ConfigureAwait(false))
        {
            progress.Show("what is broken so far:", ++checks, 0);
            findings.Add(new Finding.Broken(violation));
        }

        var repositories = server.Repositories.All().ToList();
        foreach (var (index, repository) in repositories.Index())
        {
            progress.Show("examining repositories", index, repositories.Count);
            findings.AddRange(await ExamineAsync(repository, readAll, leftBefore, cancellationToken).ConfigureAwait(false));
        }

        return findings;
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(BareRepository repository, bool readAll, DateTimeOffset leftBefore, CancellationToken cancellationToken)
    {
        try
        {
            List<Finding> findings = [.. HostedForm.Deviations(repository).Select(deviation => new Finding.Form(repository, deviation))];
            if (LeftoverSweep.Find(repository, leftBefore.UtcDateTime) is { Count: > 0 } left)
            {
                findings.Add(new Finding.Leftovers(repository, left.Count));
            }

            findings.AddRange(Soundness.Lenders(repository).Select(lender => new Finding.Borrows(repository, lender)));
            if (await server.Get<Soundness>().CheckAsync(repository, readAll, cancellationToken).ConfigureAwait(false) is SoundnessResult.Unsound unsound)
            {
                findings.Add(new Finding.Unsound(repository, unsound.Reason));
            }

            return Directory.Exists(repository.Path) ? findings : [];
        }
        catch (IOException) when (!Directory.Exists(repository.Path))
        {
            return []; // it has left meanwhile
        }
    }
}
