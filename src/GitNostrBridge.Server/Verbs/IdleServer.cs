using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;

namespace GitNostrBridge.Server;

/// <summary>The parts of the server on its data, without its ports and its background work.</summary>
internal sealed class IdleServer : IAsyncDisposable
{
    private readonly ServiceProvider _parts;
    private readonly SqliteEventStore _store;
    private readonly DataLocks? _locks;

    private IdleServer(VerbSettings settings, SqliteEventStore store, DataLocks? locks)
    {
        (_store, _locks) = (store, locks);
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        services.AddSingleton(provider => provider.GetRequiredService<IMeterFactory>().Create(Spans.Source)).AddSingleton<GitProcessMetrics>();
        services.AddSingleton(settings.Configuration);
        services.AddGitNostrBridge(settings.Options, store);
        services.AddSingleton(settings.Here);
        _parts = services.BuildServiceProvider();
    }

    /// <summary>The events.</summary>
    public IEventStore Store => _store;

    /// <summary>The repositories.</summary>
    public BareRepositories Repositories => Get<BareRepositories>();

    /// <summary>Opens the data to read; a server may run on it meanwhile.</summary>
    /// <exception cref="VerbException">There is no data, or not of this version, or not of this server.</exception>
    public static async Task<IdleServer> OpenToReadAsync(VerbSettings settings, CancellationToken cancellationToken)
    {
        RequireData(settings);
        var store = await SqliteEventStore.OpenToReadAsync(settings.Options.Storage.RelayPath, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return await new IdleServer(settings, store, locks: null).WithItsNameAsync(settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the data to change it; no server may run on it, and none can start on it meanwhile.</summary>
    /// <exception cref="VerbException">There is no data, or not of this server, or a server runs on it.</exception>
    public static async Task<IdleServer> OpenToChangeAsync(VerbSettings settings, CancellationToken cancellationToken)
    {
        RequireData(settings);
        var server = await OpenToFillAsync(settings, cancellationToken).ConfigureAwait(false);
        return await server.WithItsNameAsync(settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same, and what is not there is made.</summary>
    /// <exception cref="VerbException">A server runs on it.</exception>
    public static async Task<IdleServer> OpenToFillAsync(VerbSettings settings, CancellationToken cancellationToken)
    {
        var locks = TakeLocks(settings);
        try
        {
            return new IdleServer(settings, await SqliteEventStore.OpenAsync(settings.Options.Storage.RelayPath, cancellationToken).ConfigureAwait(false), locks);
        }
        catch
        {
            locks.Dispose();
            throw;
        }
    }

    /// <summary>Keeps servers off the data, until they are disposed of.</summary>
    /// <exception cref="VerbException">A server runs on it.</exception>
    public static DataLocks TakeLocks(VerbSettings settings)
    {
        RequireDisk(settings);
        var problems = new List<string>();
        return DataLocks.TryTake(settings.Options.Storage, problems)
            ?? throw new VerbException(string.Join("; ", problems), "This changes the data, so the server must be stopped; start it again afterwards.");
    }

    /// <summary>One part.</summary>
    public T Get<T>()
        where T : notnull => _parts.GetRequiredService<T>();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _locks?.Dispose();
    }

    /// <summary>Refuses when there is nothing to act on.</summary>
    /// <exception cref="VerbException">There is no data here.</exception>
    public static void RequireData(VerbSettings settings)
    {
        RequireDisk(settings);
        var storage = settings.Options.Storage;
        if (!File.Exists(Path.Combine(storage.RelayPath, SqliteEventStore.FileName)) || !Directory.Exists(storage.GitPath))
        {
            throw new VerbException(
                $"no data is in {Path.GetFullPath(storage.RelayPath)} and {Path.GetFullPath(storage.GitPath)}",
                "Run this where the server runs, with the same settings, or give --Storage:RelayPath and --Storage:GitPath.");
        }
    }

    // Under another name no announcement is one for this server: its repositories would look forsaken, and a repair would set them aside.
    private async Task<IdleServer> WithItsNameAsync(VerbSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var announced = new Filter { Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement) };
            RepositoryAnnouncement? newest = null;
            await foreach (var nostrEvent in EventPages.ReadAsync(Store, announced, cancellationToken).ConfigureAwait(false))
            {
                if (RepositoryAnnouncement.Parse(nostrEvent) is AnnouncementParse.Parsed { Announcement: var announcement })
                {
                    if (announcement.Lists(settings.Here))
                    {
                        return this;
                    }

                    newest ??= announcement;
                }
            }

            return newest is null || !Repositories.All().Any() ? this : throw new VerbException(
                $"no announcement here names {settings.Here.Origin}; the newest names {string.Join(" and ", newest.Clone)}",
                "Run this with the server's own settings: Grasp:Domain and Grasp:BasePath as it has them, in its environment or its appsettings.json.");
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void RequireDisk(VerbSettings settings)
    {
        if (settings.Options.Storage.Backend == StorageBackend.Memory)
        {
            throw new VerbException("Storage:Backend is `memory`, which keeps nothing outside of the server's process", "Verbs act on data on disk: use the settings of a server that has some.");
        }
    }
}
