using Microsoft.Extensions.Time.Testing;
using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>NIP-40, by a clock that the test moves.</summary>
public sealed class ExpirationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("storage-tests-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddSeconds(100));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_expired_event_is_found_by_no_query_and_is_given_to_be_swept()
    {
        await using var store = await SqliteEventStore.OpenAsync(_folder.FullName, _time, metrics: null, default);
        var (passing, staying) = (Issue(Alice, 1, ["t", "x"], ["expiration", "160"]), Issue(Alice, 2, ["t", "x"], ["expiration", "never"]));
        await store.SaveAsync(passing, default);
        await store.SaveAsync(staying, default);
        Assert.Equal(2, await store.CountAsync([TagFilter('t', "x")], default));

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(1, await store.CountAsync([TagFilter('t', "x")], default));
        Assert.Equal([staying.Id], (await store.QueryAsync([new Filter()], new QueryBounds(1_000, 1 << 20), default)).Events.Select(stored => stored.Id));
        Assert.Equal([passing.Id], (await store.ServedExpiredAsync(_time.GetUtcNow(), 10, default)).Select(expired => expired.Id));
        Assert.Equal(1, await store.WithdrawAsync([passing.Id], default));
        Assert.Empty(await store.ServedExpiredAsync(_time.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task An_expired_event_that_waits_is_neither_seen_nor_released()
    {
        await using var store = await SqliteEventStore.OpenAsync(_folder.FullName, _time, metrics: null, default);
        var waiting = Of(Alice, EventKinds.RepositoryState, 1, ["d", "d"], ["expiration", "160"]);
        await store.HoldAsync(new HeldEvent(waiting, "d", false, _time.GetUtcNow(), _time.GetUtcNow().AddHours(1)), default);
        Assert.Single(await StoreTest.WaitingAsync(store));

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(await StoreTest.WaitingAsync(store));
        Assert.Empty(await store.ReleaseAsync([new EventRelease(waiting.Id, [Alice])], default));
    }
}
