using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.TestKit;

/// <summary>
/// The server on a real port of the loopback address, with its data in a temporary folder: in this process, or, when
/// <see cref="Executable.Variable"/> names a published executable and the test brings no clock of its own, as a process of that.
/// </summary>
public sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeOut = TimeSpan.FromSeconds(10);

    private readonly Factory? _factory;

    private readonly ServerProcess? _process;

    private bool _ownsFolder;

    private RunningServer(Factory factory, TestFolder folder, bool ownsFolder)
    {
        (_factory, Folder, _ownsFolder) = (factory, folder, ownsFolder);
        Here = factory.Services.GetRequiredService<ServiceAddress>();
    }

    private RunningServer(ServerProcess process, TestFolder folder, ServiceAddress here) =>
        (_process, Folder, _ownsFolder, Here) = (process, folder, true, here);

    /// <summary>Everything of this test lies below it.</summary>
    public TestFolder Folder { get; }

    /// <summary>Where the server is found.</summary>
    public ServiceAddress Here { get; }

    /// <summary>Such as http://127.0.0.1:40001.</summary>
    public Uri Address => new(Here.Origin);

    /// <summary>Where it listens, whatever name it has.</summary>
    public Uri Listening => _process?.Address ?? new(_factory!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The warnings and errors that the server has logged: none, whatever a client does.</summary>
    public IReadOnlyCollection<string> LoggedErrors => _factory?.Log.Errors ?? _process!.LoggedErrors;

    /// <summary>The parts of the server. A test that needs them is skipped when the server is a process of its own, which ends: what a skipped test has begun, nobody disposes of.</summary>
    public IServiceProvider Services
    {
        get
        {
            if (_factory is null)
            {
                _process!.End();
                throw new InvalidOperationException("$XunitDynamicSkip$This test reaches into the server, which is a process of its own here.");
            }

            return _factory.Services;
        }
    }

    /// <summary>The id of its process.</summary>
    public int ProcessId => _process?.Id ?? Environment.ProcessId;

    /// <summary>Starts a server; settings are pairs such as ("Limits:Connections", "5").</summary>
    public static RunningServer Start(params (string Key, string Value)[] settings) => Start(TimeProvider.System, settings);

    /// <summary>Starts a server with a clock of the test's.</summary>
    public static RunningServer Start(TimeProvider time, params (string Key, string Value)[] settings) =>
        Executable.Published is not null && time == TimeProvider.System
            ? StartProcessAsync(new TestFolder(), settings).GetAwaiter().GetResult()
            : Start(new TestFolder(), ownsFolder: true, time, settings);

    /// <summary>Starts a server in this process on the data of an earlier one: the folder `data` of a test's folder, which stays.</summary>
    public static RunningServer StartOn(TestFolder folder, TimeProvider time, params (string Key, string Value)[] settings) =>
        Start(folder, ownsFolder: false, time, settings);

    /// <summary>Ends this server, whose clock is the test's, and starts another on its data and its port; the folder is the new one's.</summary>
    public async Task<RunningServer> RestartAsync(TimeProvider time, params (string Key, string Value)[] settings)
    {
        var owned = _ownsFolder;
        _ownsFolder = false;
        await DisposeAsync();
        return Start(Folder, owned, time, [("Urls", Here.Origin), .. settings]);
    }

    /// <summary>Starts a server in whose store an event stands already, whatever the rules say of it.</summary>
    public static async Task<RunningServer> StartServingAsync(NostrEvent served, params (string Key, string Value)[] settings)
    {
        var folder = new TestFolder();
        await using (var store = await SqliteEventStore.OpenAsync(folder.Sub("data", "relay"), CancellationToken.None))
        {
            await store.SaveAsync(served, CancellationToken.None);
        }

        return Executable.Published is null ? Start(folder, ownsFolder: true, TimeProvider.System, settings) : await StartProcessAsync(folder, settings);
    }

    private static RunningServer Start(TestFolder folder, bool ownsFolder, TimeProvider time, (string Key, string Value)[] settings)
    {
        var factory = new Factory(folder, time, settings);
        factory.UseKestrel();
        factory.StartServer();
        return new RunningServer(factory, folder, ownsFolder);
    }

    /// <summary>Starts a server as a process of its own, whichever executable is tested; its folder is its own.</summary>
    public static async Task<RunningServer> StartProcessAsync(TestFolder folder, params (string Key, string Value)[] settings)
    {
        var arguments = settings.Select(setting => $"--{setting.Key}={setting.Value}");
        var process = await ServerProcess.StartAsync(folder.Sub("data"), ["--Logging:LogLevel:Default=Warning", .. arguments]);
        string Setting(string key, string otherwise) => settings.LastOrDefault(setting => setting.Key == key).Value ?? otherwise;
        return new RunningServer(
            process, folder, new ServiceAddress("http", Setting("Grasp:Domain", process.Address.Authority), Setting("Grasp:BasePath", "/")));
    }

    /// <summary>A connection to the relay.</summary>
    public async Task<TestRelay> ConnectAsync() =>
        new(await RelayClient.ConnectAsync(new Uri(Here.RelayUrl), ConnectTimeOut, CancellationToken.None));

    /// <summary>The clone URL of an owner's repository.</summary>
    public string CloneUrl(Person owner, string identifier) => Here.CloneUrl(new RepositoryAddress(owner.Key, identifier));

    /// <summary>An owner's repository on the server's disk.</summary>
    public BareRepository Repository(Person owner, string identifier) =>
        new BareRepositories(Folder.Sub("data", "git"), GitProcess.ForServer(Folder.Sub("home-repository"))).Find(owner.Npub, identifier)
        ?? throw new InvalidOperationException($"no repository {identifier}");

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
        }

        if (_process is not null)
        {
            await _process.StopAsync();
            await _process.DisposeAsync();
        }

        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }

    private sealed class Factory(TestFolder folder, TimeProvider time, (string Key, string Value)[] settings) : WebApplicationFactory<Program>
    {
        public ErrorLog Log { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(folder.Path);
            builder.UseSetting("Urls", "http://127.0.0.1:0");
            builder.UseSetting("Storage:GitPath", folder.Sub("data", "git"));
            builder.UseSetting("Storage:RelayPath", folder.Sub("data", "relay"));
            builder.UseSetting("Grasp:OwnerKeyFile", folder.Sub("data", "relay-owner.nsec"));
            builder.UseSetting("Logging:LogLevel:Default", "Warning");

            // They would hold those of the other servers in this process too.
            builder.UseSetting("Metrics:Enabled", "false");
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureTestServices(services => services.AddSingleton(TextWriter.Null).AddSingleton(time));
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        }
    }
}
