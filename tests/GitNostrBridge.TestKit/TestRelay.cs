using System.Collections.Frozen;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>A connection to a relay, with the questions that tests ask.</summary>
public sealed class TestRelay(RelayClient client) : IAsyncDisposable
{
    private const int MostEvents = 10_000;

    public Task<OkReply> PublishAsync(NostrEvent nostrEvent) => client.PublishAsync(nostrEvent, CancellationToken.None);

    /// <summary>The stored events that match.</summary>
    public async Task<IReadOnlyList<NostrEvent>> QueryAsync(params Filter[] filters) =>
        await client.QueryAsync(filters, MostEvents, CancellationToken.None) is QueryReply.Complete complete
            ? complete.Events
            : throw new InvalidOperationException("the relay did not answer the query in full");

    public async Task<bool> IsServedAsync(NostrEvent nostrEvent) =>
        (await QueryAsync(new Filter { Ids = FrozenSet.Create(nostrEvent.Id) })).Count == 1;

    /// <summary>A subscription that has had its stored events; what it gives are live ones.</summary>
    public async Task<TestSubscription> SubscribeAsync(params Filter[] filters)
    {
        var live = new TestSubscription(await client.SubscribeAsync(filters, MostEvents, CancellationToken.None));
        await live.SkipStoredAsync();
        return live;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
