using GitNostrBridge.Grasp;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GitNostrBridge.Server;

/// <summary>What is done once the server listens.</summary>
public sealed partial class StartUp(
    IServer server, ServiceAddress here, PurgatoryGate gate, ExpiryLoop expiry, GitFetchLoop fetches, IHostApplicationLifetime lifetime, TextWriter console, ILogger<StartUp> logger)
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
              dotnet run --project src/GitNostrBridge.Server -- publish <path to a git repository> --to {here.Origin}
            """);
        _ = PassGateAsync();
        _ = expiry.RunAsync(lifetime.ApplicationStopping);
        fetches.Begin();
    }

    private string Listening => string.Join(' ', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    private async Task PassGateAsync()
    {
        try
        {
            await gate.ProcessAllAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start tries again.
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What waits could not be looked at on start; the next push or event tries again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
