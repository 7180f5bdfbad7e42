using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>Events in one SQLite file: one writer, a few readers.</summary>
/// <remarks>
/// Beyond what <see cref="IEventStore"/> says, a task may fail with <see cref="TimeoutException"/> when the database is too busy, with
/// <see cref="ObjectDisposedException"/> after the store was closed, and with an SQLite exception when the disk is full or broken. A write that
/// fails has changed nothing.
/// </remarks>
public sealed class SqliteEventStore : IEventStore, IAsyncDisposable
{
    /// <summary>The database's file in its folder.</summary>
    public const string FileName = "events.sqlite";

    private const int Readers = 4;
    private static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(2);

    private readonly EventWriter _writer;
    private readonly ReadPool _readers;
    private readonly DirectoryInfo? _temporary;
    private readonly TimeProvider _time;
    private int _closed;

    private SqliteEventStore(SqliteDatabase database, DirectoryInfo? temporary, TimeProvider time, StoreMetrics? metrics)
        : this(database, database.OpenWriter(), temporary, time, metrics)
    {
    }

    private SqliteEventStore(SqliteDatabase database, SqliteConnection writer, DirectoryInfo? temporary, TimeProvider time, StoreMetrics? metrics)
    {
        _time = time;
        _writer = new EventWriter(writer, WritePatience, metrics);
        _readers = new ReadPool([.. Enumerable.Range(0, Readers).Select(_ => database.OpenReader())], ReadPatience);
        _temporary = temporary;
        metrics?.Watch(CountNow);
    }

    /// <summary>Opens `events.sqlite` in a folder; both are made when they do not exist.</summary>
    /// <exception cref="NotSupportedException">A newer program made the database.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static Task<SqliteEventStore> OpenAsync(string folder, CancellationToken cancellationToken) =>
        OpenAsync(folder, TimeProvider.System, metrics: null, cancellationToken);

    /// <summary>Opens `events.sqlite` in a folder, with a clock that says what has expired (NIP-40) and, unless null, somebody who counts.</summary>
    /// <exception cref="NotSupportedException">A newer program made the database.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static Task<SqliteEventStore> OpenAsync(string folder, TimeProvider time, StoreMetrics? metrics, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            Directory.CreateDirectory(folder);
            return new SqliteEventStore(new SqliteDatabase(Path.Combine(folder, FileName), isDurable: true), temporary: null, time, metrics);
        },
        cancellationToken);

    /// <summary>Opens `events.sqlite` in a folder to read, while a server may write to it; a write fails.</summary>
    /// <exception cref="NotSupportedException">Another version of this program made the database.</exception>
    public static Task<SqliteEventStore> OpenToReadAsync(string folder, TimeProvider time, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var database = new SqliteDatabase(Path.Combine(folder, FileName), isDurable: true);
            return new SqliteEventStore(database, database.OpenCurrentReader(), temporary: null, time, metrics: null);
        },
        cancellationToken);

    /// <summary>Opens a store that forgets everything when it is closed: a file in the system's temporary folder, never flushed.</summary>
    public static Task<SqliteEventStore> OpenTemporaryAsync(CancellationToken cancellationToken) => OpenTemporaryAsync(metrics: null, cancellationToken);

    /// <summary>The same with somebody who counts, unless null.</summary>
    public static Task<SqliteEventStore> OpenTemporaryAsync(StoreMetrics? metrics, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var folder = Directory.CreateTempSubdirectory("gitnostrbridge-");
            return new SqliteEventStore(new SqliteDatabase(Path.Combine(folder.FullName, FileName), isDurable: false), folder, TimeProvider.System, metrics);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<SaveOutcome> SaveAsync(NostrEvent nostrEvent, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Save(nostrEvent), cancellationToken);

    /// <inheritdoc/>
    public Task<HoldOutcome> HoldAsync(HeldEvent held, CancellationToken cancellationToken) => HoldAsync(held, [], cancellationToken);

    /// <inheritdoc/>
    public Task<HoldOutcome> HoldAsync(HeldEvent held, IReadOnlyCollection<string> alsoUnder, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Hold(held, alsoUnder), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEvent>> ReleaseAsync(IReadOnlyList<EventRelease> releases, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Release(releases), cancellationToken);

    /// <inheritdoc/>
    public Task<int> DropAsync(IReadOnlyList<EventId> held, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Drop(held), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventId>> DeleteAsync(EventDeletion deletion, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Delete(deletion), cancellationToken);

    /// <inheritdoc/>
    public Task<int> VanishAsync(PublicKey author, long until, int most, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Vanish(author, until, most), cancellationToken);

    /// <inheritdoc/>
    public Task<int> WithdrawAsync(IReadOnlyList<EventId> served, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, _time.GetUtcNow()).Withdraw(served), cancellationToken);

    /// <inheritdoc/>
    public Task<QueryResult> QueryAsync(IReadOnlyList<Filter> filters, QueryBounds bounds, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, end) => new FilterQuery(connection, _time.GetUtcNow(), end).Run(filters, bounds), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(IReadOnlyList<Filter> filters, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, end) => new FilterQuery(connection, _time.GetUtcNow(), end).Count(filters), cancellationToken);

    /// <inheritdoc/>
    public Task<HeldPart> HeldAsync(HeldQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).Part(query, _time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<AddressedEvents> AtAsync(AddressedQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new AddressRows(connection, _time.GetUtcNow()).At(query), cancellationToken);

    /// <inheritdoc/>
    public Task<IdentifierAuthors> AuthorsAsync(string identifier, int kind, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new AddressRows(connection, _time.GetUtcNow()).Authors(identifier, kind), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> HeldTopicsAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).Topics(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HeldEvent>> HeldByAsync(PublicKey author, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).By(author), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NostrEvent>> ServedExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new ServedRows(connection).Expired(now, most), cancellationToken);

    /// <inheritdoc/>
    public Task<HeldCount> CountHeldAsync(PublicKey author, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).Count(author), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HeldEvent>> ExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).Expired(now, most), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RescheduleAsync(EventId held, DateTimeOffset deadline, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new HeldRows(connection).Reschedule(held, deadline), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Standing>> StandingsAsync(string topic, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new StandingRows(connection).Under(topic), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ExpireAsync(IReadOnlyList<EventId> held, DateTimeOffset now, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new EventTables(connection, now).Expire(held), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HasExpiredAsync(EventId id, DateTimeOffset since, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new ExpiredRows(connection).Holds(id, since), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ForgetExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _writer.WriteAsync(connection => new ExpiredRows(connection).RemoveBefore(before), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HeldKind>> HeldKindsAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).Kinds(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HeldEvent>> HeldAfterAsync(HeldPlace? place, int most, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new HeldRows(connection).After(place, most), cancellationToken);

    /// <inheritdoc/>
    public Task<OwnedEvents> OwnedAsync(OwnedQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new OwnedRows(connection, _time.GetUtcNow()).Read(query), cancellationToken);

    /// <inheritdoc/>
    public Task<EventCounts> CountAllAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync((connection, _) => new EventCounts(new ServedRows(connection).Count(), new HeldRows(connection).Count()), cancellationToken);

    /// <summary>Waits for the reads and writes that run, closes the file, and removes a temporary one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }

    // Whoever reads the metrics waits for it; it is counted along an index.
    private EventCounts? CountNow()
    {
        using var patience = new CancellationTokenSource(CountPatience);
        try
        {
            return CountAllAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is OperationCanceledException or TimeoutException or ObjectDisposedException or SqliteException)
        {
            // Busy, or closed already.
            return null;
        }
    }
}
