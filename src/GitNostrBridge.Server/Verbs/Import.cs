using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Where the data of another server is.</summary>
/// <param name="Folder">Its git folder.</param>
/// <param name="IsCopied">Whether it is copied; else it is taken over in place.</param>
/// <param name="EventFiles">Files of events, one JSON object a line.</param>
/// <param name="Relays">Relays that have the events.</param>
internal sealed record ImportSource(string Folder, bool IsCopied, IReadOnlyList<string> EventFiles, IReadOnlyList<string> Relays);

/// <summary>What an import has come to.</summary>
/// <param name="Repositories">Every repository of the folder.</param>
/// <param name="Events">What became of the events.</param>
/// <param name="Stateless">Repositories with data that no released state speaks of; they are not in service, and their data is left.</param>
/// <param name="Findings">What <see cref="Doctor"/> finds afterwards.</param>
internal sealed record ImportReport(
    IReadOnlyList<ImportedRepository> Repositories, EventImport Events, IReadOnlyList<RepositoryAddress> Stateless, IReadOnlyList<Finding> Findings);

/// <summary>Takes over the data of an ngit-grasp or ngit-relay server: once all events have been read, the repositories, and then the events that speak of them.</summary>
internal sealed class Import(IdleServer server, VerbSettings settings, TimeProvider time, ProgressLine progress)
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    /// <summary>May be run again; it takes up what is left.</summary>
    public async Task<ImportReport> RunAsync(ImportSource source, CancellationToken cancellationToken)
    {
        var events = new ImportedEvents(server.Get<EventAdmission>(), server.Get<EventVerifier>(), progress);
        foreach (var file in source.EventFiles)
        {
            await events.AddFileAsync(file, cancellationToken).ConfigureAwait(false);
        }

        foreach (var relay in source.Relays)
        {
            await AddAsync(events, relay, cancellationToken).ConfigureAwait(false);
        }

        // Their data first: then they are released as they come.
        var repositories = await new ImportedRepositories(server, time, progress).RunAsync(source.Folder, cancellationToken).ConfigureAwait(false);
        var import = await events.AdmitAsync(cancellationToken).ConfigureAwait(false);
        var stateless = await ReleaseStatelessAsync(cancellationToken).ConfigureAwait(false);
        var findings = await new Doctor(server, settings, time, progress).ExamineAsync(readAll: false, cancellationToken).ConfigureAwait(false);
        return new ImportReport(repositories, import, stateless, findings);
    }

    private async Task AddAsync(ImportedEvents events, string relay, CancellationToken cancellationToken)
    {
        try
        {
            var client = await GuardedRelay.ConnectAsync(server.Get<EgressGuard>(), relay, TimeOut, cancellationToken).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                await foreach (var found in new RemoteEvents(client, server.Get<EventVerifier>()).ReadAsync(new Filter(), cancellationToken).ConfigureAwait(false))
                {
                    events.Add(found);
                }
            }
        }
        catch (RelayException failure)
        {
            throw new VerbException(failure.Message, "Nothing was taken over. Run this again, or save them to a file and give it with --events.");
        }
    }

    // An announcement that waits in vain ends with its repository, which is meant for empty ones: so it does not wait here.
    private async Task<IReadOnlyList<RepositoryAddress>> ReleaseStatelessAsync(CancellationToken cancellationToken)
    {
        var stateless = new List<RepositoryAddress>();
        foreach (var hosted in await HostedRepository.AllAsync(server, cancellationToken).ConfigureAwait(false))
        {
            if (hosted.IsHeld && hosted.Repository is { } repository && repository.ReadRefs().Refs.Count > 0)
            {
                await server.Store.DropAsync([hosted.Announcement.Event.Id], cancellationToken).ConfigureAwait(false);
                stateless.Add(hosted.Address);
            }
        }

        return stateless;
    }
}
