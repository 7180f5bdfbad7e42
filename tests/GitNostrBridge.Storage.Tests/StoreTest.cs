namespace GitNostrBridge.Storage.Tests;

/// <summary>A store in a temporary folder of its own, and short forms of its methods.</summary>
public abstract class StoreTest : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, 0, 7, TimeSpan.Zero);
    protected static readonly QueryBounds Wide = new(1_000, 1 << 20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("storage-tests-");

    private protected SqliteEventStore Store { get; private set; } = null!;

    protected string Folder => _folder.FullName;

    protected string DatabaseFile => Path.Combine(Folder, "events.sqlite");

    public async ValueTask InitializeAsync() => Store = await SqliteEventStore.OpenAsync(Folder, default);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await InitializeAsync();
    }

    protected Task<SaveOutcome> SaveAsync(NostrEvent nostrEvent) => Store.SaveAsync(nostrEvent, default);

    protected async Task<StoredEvent> SavedAsync(NostrEvent nostrEvent) => Assert.IsType<SaveOutcome.Saved>(await SaveAsync(nostrEvent)).Stored;

    protected Task<HoldOutcome> HoldAsync(NostrEvent nostrEvent, bool replacesOlder = false, DateTimeOffset? since = null, string topic = "d") =>
        Store.HoldAsync(new HeldEvent(nostrEvent, topic, replacesOlder, since ?? Noon, (since ?? Noon).AddMinutes(30)), default);

    protected Task<IReadOnlyList<StoredEvent>> ReleaseAsync(NostrEvent nostrEvent, params PublicKey[] owners) =>
        Store.ReleaseAsync([new EventRelease(nostrEvent.Id, owners)], default);

    protected Task<IReadOnlyList<EventId>> DeleteAsync(PublicKey author, IReadOnlyList<EventId> ids, long until = 1_000) =>
        Store.DeleteAsync(new EventDeletion(author, ids, [], until), default);

    protected Task<IReadOnlyList<EventId>> DeleteAtAsync(PublicKey author, EventAddress address, long until) =>
        Store.DeleteAsync(new EventDeletion(author, [], [address], until), default);

    protected async Task<List<EventId>> QueryAsync(params Filter[] filters) =>
        [.. (await Store.QueryAsync(filters, Wide, default)).Events.Select(stored => stored.Id)];

    protected Task<List<EventId>> ServedAsync() => QueryAsync(new Filter());

    protected async Task<List<EventId>> HeldAsync(string topic = "d") =>
        [.. (await WaitingAsync(topic)).Select(held => held.Event.Id)];

    protected Task<List<HeldEvent>> WaitingAsync(string topic = "d") => WaitingAsync(Store, topic);

    /// <summary>All that waits under a topic, read in small parts.</summary>
    internal static async Task<List<HeldEvent>> WaitingAsync(IEventStore store, string topic = "d") =>
        [.. (await store.HeldPartsAsync(new HeldQuery(topic, new QueryBounds(3, 1 << 20)), default).ToListAsync()).SelectMany(part => part)];
}
