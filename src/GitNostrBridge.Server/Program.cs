using System.Diagnostics.Metrics;
using GitNostrBridge.Server;
using GitNostrBridge.Storage;

if (await CommandLine.TryRunVerbAsync(args) is { } exitCode)
{
    return exitCode;
}

if (await CommandLine.TryReadServeAsync(args) is not { } arguments)
{
    return 1;
}

var builder = WebApplication.CreateSlimBuilder(LoadedSettings.ForHost(arguments));
var settings = LoadedSettings.Load(builder.Configuration, LoadedSettings.Environment);
if (await SettingsReport.TryTellAsync(settings, arguments.Mode) is { } told)
{
    return told;
}

var options = settings.Options;
if (await DataLocks.TryTakeAsync(options.Storage) is not { } locks)
{
    return 1;
}

using var meter = new Meter(Spans.Source);
var storeMetrics = new StoreMetrics(meter);
if (await StartFailure.CatchAsync(() => options.Storage.Backend == StorageBackend.Memory
    ? SqliteEventStore.OpenTemporaryAsync(storeMetrics, CancellationToken.None)
    : SqliteEventStore.OpenAsync(options.Storage.RelayPath, TimeProvider.System, storeMetrics, CancellationToken.None)) is not { } store)
{
    return 1;
}

KestrelLimits.Apply(builder.WebHost, options.Limits);
builder.Services.AddSingleton(_ => locks);
builder.AddTelemetry(options.Observability, meter);
builder.Services.AddGitNostrBridge(options, store);

var app = builder.Build();
SettingsReport.LogWarnings(app.Logger, settings);

// The locks are asked for first, so that they are given back last; the key is made before anybody can ask for it.
app.Services.GetRequiredService<DataLocks>();
if (await StartFailure.CatchAsync(() => Task.FromResult(app.Services.GetRequiredService<RelayKey>())) is null)
{
    return 1;
}

app.UseTrustedProxies(options.Grasp);
app.Use((context, next) => Failures.CatchAsync(context, next));
app.Use((context, next) => Cors.ApplyAsync(context, next));
app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(60) });

// One port (R1): the relay, its information and the landing page share the root; git lives below it; all else is 404.
var root = app.MapGroup(options.Grasp.BasePath);
root.Map("/", (RequestDelegate)(context => context.RequestServices.GetRequiredService<RelayEndpoint>().HandleAsync(context)));
if (options.Grasp.BasePath == "/")
{
    // Below a base path, the authority and so its names are somebody else's (R1).
    app.MapGet(NostrNames.Path, (RequestDelegate)(context => context.RequestServices.GetRequiredService<NostrNames>().HandleAsync(context)));
}

PageAssets.Map(root);
Telemetry.Map(root, options.Observability);
root.MapGet("/readyz", (RequestDelegate)(context => context.RequestServices.GetRequiredService<ReadinessPage>().ShowAsync(context)));
root.MapGet("/healthz", (RequestDelegate)(context => PlainText.WriteAsync(context, StatusCodes.Status200OK, "alive")));
PurgatoryPage.Map(root);
app.MapFallback("{**path}", (RequestDelegate)(context => context.RequestServices.GetRequiredService<GitHttpEndpoints>().HandleAsync(context)));

app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<StartUp>().Begin());
return await StartFailure.RunAsync(app);

/// <summary>Composition root and route table.</summary>
public partial class Program;
