using GitNostrBridge.Git;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;

namespace GitNostrBridge.Server;

/// <summary>The parts of the server on its data, without its ports and its background work.</summary>
internal sealed class IdleServer : IAsyncDisposable
{
    private readonly ServiceProvider _parts;
    private readonly SqliteEventStore _store;

    private IdleServer(VerbSettings settings, SqliteEventStore store)
    {
        _store = store;
        var services = new ServiceCollection();
        services.AddLogging();
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
    /// <exception cref="VerbException">There is no data, or not of this version.</exception>
    public static async Task<IdleServer> OpenToReadAsync(VerbSettings settings, CancellationToken cancellationToken)
    {
        RequireData(settings);
        return new IdleServer(settings, await SqliteEventStore.OpenToReadAsync(settings.Options.Storage.RelayPath, TimeProvider.System, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>One part.</summary>
    public T Get<T>()
        where T : notnull => _parts.GetRequiredService<T>();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    private static void RequireData(VerbSettings settings)
    {
        var storage = settings.Options.Storage;
        if (storage.Backend == StorageBackend.Memory)
        {
            throw new VerbException("Storage:Backend is `memory`, which keeps nothing outside of the server's process", "Verbs act on data on disk: use the settings of a server that has some.");
        }

        if (!File.Exists(Path.Combine(storage.RelayPath, SqliteEventStore.FileName)) || !Directory.Exists(storage.GitPath))
        {
            throw new VerbException(
                $"no data is in {Path.GetFullPath(storage.RelayPath)} and {Path.GetFullPath(storage.GitPath)}",
                "Run this where the server runs, with the same settings, or give --Storage:RelayPath and --Storage:GitPath.");
        }
    }
}
