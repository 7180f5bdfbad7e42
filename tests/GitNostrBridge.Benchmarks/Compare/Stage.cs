using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>Both servers, over the same repositories, and somebody who puts them there.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string Domain = "grasp.example";

    private static readonly TimeSpan MetricsInterval = TimeSpan.FromMilliseconds(50);

    // No limit is to be measured; nothing else is turned off.
    private static readonly string[] Settings =
    [
        $"--Grasp:Domain={Domain}",
        "--Limits:RefsPerPush=20000",
        "--Limits:TagsPerEvent=20000",
        "--Limits:EventBytes=4000000",
        "--Limits:MessageBytes=8000000",
        "--Limits:EventsPerMinute=1000000",
        "--Logging:LogLevel:Default=Warning",
    ];

    private readonly TestRelay _relay;

    private Stage(TestFolder folder, ServerProcess ours, BaselineServer baseline, TestRelay relay)
    {
        (Folder, Ours, Baseline, _relay) = (folder, ours, baseline, relay);
        Git = new TestGit(folder.Sub("home"));
    }

    public TestFolder Folder { get; }

    public ServerProcess Ours { get; }

    public BaselineServer Baseline { get; }

    public Person Owner { get; } = new();

    public TestGit Git { get; }

    public static async Task<Stage> StartAsync()
    {
        var folder = new TestFolder();
        var ours = await StartOursAsync(folder.Sub("data"));
        var baseline = await BaselineServer.StartAsync(folder.Path, folder.Sub("nginx"));
        return new Stage(folder, ours, baseline, await ours.ConnectAsync());
    }

    /// <summary>Starts this project's server alone, on a data folder.</summary>
    public static Task<ServerProcess> StartOursAsync(string data) => ServerProcess.StartAsync(data, Settings);

    /// <summary>An announcement that lists the server of a stage.</summary>
    public static NostrEvent Announce(Person owner, string identifier) => owner.Announce(new ServiceAddress("http", Domain, "/"), identifier);

    /// <summary>Where a hosted repository is found: on this server, or on the baseline, which serves the same files.</summary>
    public Uri UrlOf(string identifier, bool isBaseline) => isBaseline
        ? new Uri(Baseline.Address, $"data/git/{Owner.Npub}/{identifier}.git")
        : new Uri(Ours.Address, $"{Owner.Npub}/{identifier}.git");

    /// <summary>A hosted repository on the disk.</summary>
    public string PathOf(string identifier) => Folder.Sub("data", "git", Owner.Npub, $"{identifier}.git");

    /// <summary>Announces a repository, signs the state of another one, pushes all its branches, and tidies it.</summary>
    public async Task HostAsync(string identifier, string source)
    {
        await AnnounceAsync(identifier);
        await SignAsync(identifier, source);
        var looks = await MaintenanceLooksAsync();
        await Git.OkAsync(source, "push", "--quiet", "--all", UrlOf(identifier, isBaseline: false).AbsoluteUri);

        // The server tidies after a push as well, and two gits at that would be in each other's way.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await MaintenanceLooksAsync() == looks)
        {
            await Task.Delay(MetricsInterval, patience.Token);
        }

        await GeneratedHistory.TidyAsync(Git, PathOf(identifier));
    }

    /// <summary>Announces a repository: from here on it exists.</summary>
    public Task AnnounceAsync(string identifier) => MustTakeAsync(Announce(Owner, identifier));

    /// <summary>Signs what a repository's branches are now: a push of them is expected from here on.</summary>
    public async Task SignAsync(string identifier, string source)
    {
        var lines = await Git.OkAsync(source, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags");
        await MustTakeAsync(Owner.State(identifier, lines.Split('\n').Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1])));
    }

    /// <summary>A bare repository that only the baseline serves, and takes pushes for: the copy of another one.</summary>
    public async Task<Uri> CopyForBaselineAsync(string name, string source)
    {
        var path = Folder.Sub("baseline", $"{name}.git");
        await Git.OkAsync(Folder.Path, "clone", "--quiet", "--bare", "--no-local", source, path);
        await Git.OkAsync(path, "config", "http.receivepack", "true");
        await GeneratedHistory.TidyAsync(Git, path);
        return new Uri(Baseline.Address, $"baseline/{name}.git");
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await Ours.DisposeAsync();
        await Baseline.DisposeAsync();
        Folder.Dispose();
    }

    private async Task<double> MaintenanceLooksAsync()
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(Ours.Address, "metrics"));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("gitnostrbridge_maintenance_runs_total{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private async Task MustTakeAsync(NostrEvent nostrEvent)
    {
        var reply = await _relay.PublishAsync(nostrEvent);
        if (!reply.Accepted)
        {
            throw new InvalidOperationException(reply.Text);
        }
    }
}
