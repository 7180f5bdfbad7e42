using GitNostrBridge.Grasp;
using GitNostrBridge.Server;
using GitNostrBridge.Storage;

if (await CommandLine.TryRunVerbAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateSlimBuilder(CommandLine.WithoutServe(args));
builder.Configuration["Urls"] ??= ServerOptions.DefaultUrls;
var problems = new List<string>();
var options = ServerOptions.Read(builder.Configuration, problems);
if (problems.Count > 0)
{
    await Console.Error.WriteLineAsync("The settings are not usable:\n  " + string.Join("\n  ", problems));
    return 1;
}

var store = options.Storage.Backend == StorageBackend.Memory
    ? await SqliteEventStore.OpenTemporaryAsync(CancellationToken.None)
    : await SqliteEventStore.OpenAsync(options.Storage.RelayPath, CancellationToken.None);
builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Apply(kestrel, options.Limits));
builder.Services.AddGitNostrBridge(options, store);

var app = builder.Build();
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
root.MapGet("/healthz", (RequestDelegate)(context => PlainText.WriteAsync(context, StatusCodes.Status200OK, "alive")));
app.MapFallback("{**path}", (RequestDelegate)(context => context.RequestServices.GetRequiredService<GitHttpEndpoints>().HandleAsync(context)));

app.Services.GetRequiredService<WaitingGauges>();
app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<StartUp>().Begin());
await app.RunAsync();
return 0;

/// <summary>Composition root and route table.</summary>
public partial class Program;
