using System.Net.WebSockets;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The root path: the relay for WebSockets, its information for `Accept: application/nostr+json`, a page for people (R1).</summary>
public sealed class RelayEndpoint(
    RelayInformation information,
    LandingPage page,
    ConnectionSlots slots,
    MessagePreparation preparation,
    PublishHandler publish,
    SubscribeHandler subscribe,
    CountHandler count,
    RelayMetrics metrics,
    ServiceAddress here,
    CurrentLimits limits,
    Draining draining,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<RelaySession> logger)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            return draining.HasBegun ? draining.RefuseAsync(context) : ServeAsync(context);
        }

        if (context.Request.Headers.Upgrade.Contains("websocket", StringComparer.OrdinalIgnoreCase))
        {
            return PlainText.WriteAsync(context, StatusCodes.Status400BadRequest, "a WebSocket opens with GET, Connection: Upgrade, Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes in base64");
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
        using var slot = slots.TryEnter(context.Connection.RemoteIpAddress);
        if (slot is null)
        {
            metrics.RefusedConnection();
            await PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "too many connections; try again later").ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var outbox = new SessionOutbox(socket, limits.Now.UnsentBytes, time);
        await Converse(context, socket, outbox).RunAsync(context.RequestAborted, lifetime.ApplicationStopping).ConfigureAwait(false);
    }

    private RelaySession Converse(HttpContext context, WebSocket socket, SessionOutbox outbox)
    {
        // NIP-42: the challenge is offered at once, so that a client who wants to say who he is need not ask for it.
        var authentication = new Authentication(here, time);
        outbox.Post(RelayMessage.Auth(authentication.Challenge));
        var answers = new SessionAnswers(ClientAddress.Of(context), outbox, publish, subscribe, count, authentication, limits.Now, metrics);
        return new RelaySession(socket, outbox, answers, preparation, limits.Now, time, logger);
    }

    private static bool AcceptsInformation(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("application/nostr+json", StringComparison.OrdinalIgnoreCase) == true);
}
