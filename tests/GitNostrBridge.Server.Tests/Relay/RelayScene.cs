using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>A running relay that serves one issue, so that whatever refers to it is taken.</summary>
public sealed class RelayScene : IAsyncDisposable
{
    private RelayScene(RunningServer server, NostrEvent root) => (Server, Root) = (server, root);

    public RunningServer Server { get; }

    /// <summary>The issue.</summary>
    public NostrEvent Root { get; }

    public Person Author { get; } = new();

    public static async Task<RelayScene> StartAsync(params (string Key, string Value)[] settings)
    {
        var root = new Person().Sign(EventKinds.Issue, []);
        return new RelayScene(await RunningServer.StartServingAsync(root, settings), root);
    }

    public Task<RawRelay> ConnectAsync() => RawRelay.ConnectAsync(Server);

    /// <summary>Makes an event served, whatever the rules of this relay say.</summary>
    public async Task ServeAsync(NostrEvent nostrEvent) =>
        Assert.IsType<SaveOutcome.Saved>(await Server.Services.GetRequiredService<EventPublisher>().PublishAsync(nostrEvent, CancellationToken.None));

    /// <summary>An event that the relay takes.</summary>
    public NostrEvent Related(int kind = EventKinds.Comment, string content = "", long? createdAt = null, Person? author = null, params EventTag[] tags) =>
        (author ?? Author).Sign(kind, [new EventTag("e", Root.Id.Hex), .. tags], content, createdAt);

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(Server.LoggedErrors);
        await Server.DisposeAsync();
    }
}
