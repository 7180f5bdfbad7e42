using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>The live events of a subscription, one by one.</summary>
public sealed class TestSubscription : IAsyncDisposable
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _timeOut = new(TimeOut);

    private readonly RelaySubscription _subscription;

    private readonly IAsyncEnumerator<RelayReply> _replies;

    public TestSubscription(RelaySubscription subscription)
    {
        _subscription = subscription;
        _replies = subscription.ReadAllAsync(_timeOut.Token).GetAsyncEnumerator(_timeOut.Token);
    }

    /// <summary>The next event; fails when none comes within 30 s of the subscription.</summary>
    public async Task<NostrEvent> NextAsync() => await NextReplyAsync() is RelayReply.Event { Received: var received }
        ? received
        : throw new InvalidOperationException("the relay sent something else than an event");

    internal async Task SkipStoredAsync()
    {
        while (await NextReplyAsync() is not RelayReply.Eose)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _replies.DisposeAsync();
        await _subscription.DisposeAsync();
        _timeOut.Dispose();
    }

    private async Task<RelayReply> NextReplyAsync() =>
        await _replies.MoveNextAsync() ? _replies.Current : throw new InvalidOperationException("the relay ended the subscription");
}
