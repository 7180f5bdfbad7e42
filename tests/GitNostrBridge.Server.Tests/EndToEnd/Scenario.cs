using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Server.Tests;

/// <summary>A running server, a connection to its relay, an owner, and a developer's repository.</summary>
public sealed class Scenario : IAsyncDisposable
{
    public const string Identifier = "project";

    public const string Purgatory = "purgatory: won't be served until git data arrives";

    private Scenario(RunningServer server, TestRelay relay, WorkRepository work) => (Server, Relay, Work) = (server, relay, work);

    public RunningServer Server { get; private set; }

    public TestRelay Relay { get; private set; }

    public WorkRepository Work { get; }

    public Person Owner { get; } = new();

    public string Url => UrlOf(Owner);

    public static Task<Scenario> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static async Task<Scenario> StartAsync(TimeProvider time, params (string Key, string Value)[] settings)
    {
        var server = RunningServer.Start(time, settings);
        return new Scenario(server, await server.ConnectAsync(), await WorkRepository.CreateAsync(server.Folder));
    }

    /// <summary>Ends the server and starts another on its data.</summary>
    public async Task RestartAsync(TimeProvider time, params (string Key, string Value)[] settings)
    {
        await Relay.DisposeAsync();
        Server = await Server.RestartAsync(time, settings);
        Relay = await Server.ConnectAsync();
    }

    public string UrlOf(Person owner) => Server.CloneUrl(owner, Identifier);

    /// <summary>Sends an event that must be taken, and gives the text of the OK.</summary>
    public async Task<string> SendAsync(NostrEvent nostrEvent)
    {
        var reply = await Relay.PublishAsync(nostrEvent);
        Assert.True(reply.Accepted, $"{reply.Text} {string.Join('\n', Server.LoggedErrors)}");
        return reply.Text;
    }

    /// <summary>Sends an event that must be refused, and gives the text of the OK.</summary>
    public async Task<string> SendRefusedAsync(NostrEvent nostrEvent)
    {
        var reply = await Relay.PublishAsync(nostrEvent);
        Assert.False(reply.Accepted, "accepted: " + reply.Text);
        return reply.Text;
    }

    /// <summary>The owner announces the repository; with the maintainers given.</summary>
    public async Task<NostrEvent> AnnounceAsync(params Person[] maintainers)
    {
        var announcement = Owner.Announce(Server.Here, Identifier, maintainers);
        await SendAsync(announcement);
        return announcement;
    }

    /// <summary>Signs and sends a state of all branches and tags of the work repository.</summary>
    public async Task<NostrEvent> SignAsync(Person author, string? head = "refs/heads/main")
    {
        var state = author.State(Identifier, await Work.RefsAsync(), head);
        await SendAsync(state);
        return state;
    }

    /// <summary>Announces, commits, signs, pushes main: the repository is served.</summary>
    public async Task<(NostrEvent Announcement, NostrEvent State)> ServeAsync(params Person[] maintainers)
    {
        await Work.CommitAsync();
        var announcement = await AnnounceAsync(maintainers);
        var state = await SignAsync(Owner);
        await Work.OkAsync("push", Url, "main");
        Assert.True(await IsServedAsync(state));
        return (announcement, state);
    }

    /// <summary>Signs a state of two new branch heads of which only one is pushed: it waits.</summary>
    public async Task<NostrEvent> PushHalfAsync(Person author)
    {
        await Work.CommitAsync();
        await Work.OkAsync("checkout", "--quiet", "-b", "side");
        await Work.CommitAsync();
        var state = await SignAsync(author);
        await Work.OkAsync("push", Url, "main");
        Assert.False(await IsServedAsync(state));
        return state;
    }

    public Task<bool> IsServedAsync(NostrEvent nostrEvent) => Relay.IsServedAsync(nostrEvent);

    /// <summary>The branches and tags on the server, with the objects that they point at.</summary>
    public IReadOnlyDictionary<string, string> ServerRefs(Person owner) => Server.Repository(owner, Identifier).ReadRefs().Refs
        .Where(entry => entry.Key.IsBranch || entry.Key.IsTag)
        .ToDictionary(entry => entry.Key.Full, entry => entry.Value.Hex);

    /// <summary>Does to the server's database what no rule of its would.</summary>
    public void Execute(string sql)
    {
        var file = Server.Folder.Sub("data", "relay", "events.sqlite");
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Server.DisposeAsync();
    }
}
