using System.Collections.Frozen;
using System.Globalization;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>A server whose clock the test moves, git servers elsewhere, and a developer who pushes nothing.</summary>
internal sealed class FetchScene : IAsyncDisposable
{
    public const string Identifier = "project";

    public static readonly TimeSpan UserDelay = TimeSpan.FromMinutes(3);

    private readonly List<RemoteGitServer> _remotes = [];

    private FetchScene(WatchedTime time, RunningServer server, TestRelay relay, WorkRepository work) =>
        (Time, Server, Relay, Work) = (time, server, relay, work);

    public WatchedTime Time { get; }

    public RunningServer Server { get; }

    public TestRelay Relay { get; }

    public WorkRepository Work { get; }

    public Person Owner { get; } = new();

    public static async Task<FetchScene> StartAsync(params (string Key, string Value)[] settings)
    {
        var time = new WatchedTime();
        var server = RunningServer.Start(time, [("GitSync:AllowHttp", "true"), ("GitSync:AllowPrivateAddresses", "true"), .. settings]);
        return new FetchScene(time, server, await server.ConnectAsync(), await WorkRepository.CreateAsync(server.Folder));
    }

    public async Task<RemoteGitServer> StartRemoteAsync()
    {
        var remote = await RemoteGitServer.StartAsync(Server.Folder, "remote" + _remotes.Count.ToString(CultureInfo.InvariantCulture));
        _remotes.Add(remote);
        return remote;
    }

    /// <summary>A remote that has one branch of the developer's, and its clone URL.</summary>
    public async Task<(RemoteGitServer Remote, string Url)> StartRemoteWithAsync(string branch)
    {
        var remote = await StartRemoteAsync();
        return (remote, await remote.TakeAsync(Work, Identifier, $"{branch}:{branch}"));
    }

    /// <summary>Sends an event that must be taken.</summary>
    public async Task SendAsync(NostrEvent nostrEvent)
    {
        var reply = await Relay.PublishAsync(nostrEvent);
        Assert.True(reply.Accepted, reply.Text);
    }

    /// <summary>The owner announces the repository with clone URLs elsewhere; the maintainers accept.</summary>
    public async Task AnnounceAsync(string[] elsewhere, params Person[] maintainers)
    {
        await SendAsync(Owner.Announce([Server.CloneUrl(Owner, Identifier), .. elsewhere], [Server.Here.RelayUrl], Identifier, maintainers));
        foreach (var maintainer in maintainers)
        {
            await SendAsync(maintainer.Announce(Server.Here, Identifier, Owner));
        }
    }

    /// <summary>Signs and sends a state of branch main that names a commit.</summary>
    public Task<NostrEvent> StateAsync(Person author, string commit) =>
        StateAsync(author, new Dictionary<string, string> { ["refs/heads/main"] = commit });

    public async Task<NostrEvent> StateAsync(Person author, IReadOnlyDictionary<string, string> refs)
    {
        var state = author.State(Identifier, refs);
        await SendAsync(state);
        Assert.False(await Relay.IsServedAsync(state));
        return state;
    }

    /// <summary>A new branch with one commit.</summary>
    public async Task<string> BranchAsync(string name, string from = "main")
    {
        await Work.OkAsync("checkout", "--quiet", "-B", name, from);
        return await Work.CommitAsync();
    }

    /// <summary>What will be released from now on.</summary>
    public Task<TestSubscription> WatchAsync(params NostrEvent[] events) =>
        Relay.SubscribeAsync(new Filter { Ids = events.Select(e => e.Id).ToFrozenSet() });

    public async ValueTask DisposeAsync()
    {
        foreach (var remote in _remotes)
        {
            remote.LetGo();
        }

        await Relay.DisposeAsync();
        await Server.DisposeAsync();
        foreach (var remote in _remotes)
        {
            await remote.DisposeAsync();
        }
    }
}
