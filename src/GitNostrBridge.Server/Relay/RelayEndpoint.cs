namespace GitNostrBridge.Server;

/// <summary>The root path: the relay for WebSockets, its information for `Accept: application/nostr+json`, a page for people (R1).</summary>
public sealed class RelayEndpoint(
    RelayInformation information, LandingPage page, PublishHandler publish, SubscribeHandler subscribe, LimitOptions limits, IHostApplicationLifetime lifetime)
{
    private int _connections;

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            return ServeAsync(context);
        }

        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return PlainText.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "this is a Nostr relay (WebSocket) and a git server; repositories live at /<npub>/<identifier>.git");
        }

        return AcceptsInformation(context.Request) ? information.HandleAsync(context) : page.ShowAsync(context);
    }

    private async Task ServeAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _connections) > limits.Connections)
            {
                await PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "too many connections; try again later").ConfigureAwait(false);
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            using var outbox = new SessionOutbox(socket, limits.UnsentBytes);
            var session = new RelaySession(socket, outbox, publish, subscribe, limits);
            await session.RunAsync(ending.Token).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private static bool AcceptsInformation(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("application/nostr+json", StringComparison.OrdinalIgnoreCase) == true);
}
