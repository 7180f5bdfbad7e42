using System.Diagnostics;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GitNostrBridge.Server;

/// <summary>What is done once the server listens.</summary>
public sealed partial class StartUp(
    IServer server,
    ServiceAddress here,
    BareRepositories repositories,
    PurgatoryGate gate,
    ExpiryLoop expiry,
    LeftoverSweep sweep,
    GitFetchLoop fetches,
    Readiness readiness,
    IHostApplicationLifetime lifetime,
    TextWriter console,
    ILogger<StartUp> logger)
{
    /// <summary>Says where the server listens and what to try next, and tries the gate for everything that waits (R41).</summary>
    public void Begin()
    {
        console.WriteLine(
            $"""
            GitNostrBridge {ServerVersion.Text} listens on {Listening}
              git    {here.Origin}/<npub>/<identifier>.git
              relay  {here.RelayUrl}
            Try next, from another terminal:
              {Invocation.Verb} publish <path to a git repository> --to {here.Origin}
            """);
        _ = Task.Run(RecoverAsync);
        _ = expiry.RunAsync(lifetime.ApplicationStopping);
        fetches.Begin();
    }

    private static DateTime StartedAt
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.StartTime.ToUniversalTime();
        }
    }

    private string Listening => string.Join(' ', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    private async Task RecoverAsync()
    {
        try
        {
            // First: a lock file of a killed process would keep the gate from moving its ref.
            sweep.SweepAll(StartedAt, Tell(ReadinessPhase.Repairing, "removing what an earlier end has left in repositories"), lifetime.ApplicationStopping);
            repositories.RaiseFences();
            await gate.ProcessAllAsync(Tell(ReadinessPhase.Starting, "looking whether git data has come for what waits"), lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start tries again.
            return;
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure);
        }

        readiness.Ready();
    }

    private Action<int, int> Tell(ReadinessPhase phase, string doing) => (done, of) => readiness.Report(phase, doing, done, of);

    [LoggerMessage(Level = LogLevel.Error, Message = "Leftovers and what waits could not be looked at on start; the next push or event tries again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
