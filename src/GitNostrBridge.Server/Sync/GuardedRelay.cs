using System.Net.WebSockets;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Connects to relays elsewhere, through the guard of all outbound connections.</summary>
internal static class GuardedRelay
{
    private const int MostMessageBytes = 4 << 20;

    /// <summary>Connects, to the very addresses that were checked.</summary>
    /// <exception cref="RelayException">The guard refuses, or the relay cannot be reached in time.</exception>
    public static async Task<RelayClient> ConnectAsync(EgressGuard guard, string url, TimeSpan timeOut, CancellationToken cancellationToken)
    {
        var decision = await guard.CheckRelayAsync(url, cancellationToken).ConfigureAwait(false);
        if (decision is not EgressDecision.Allowed allowed)
        {
            throw new RelayException($"{url} may not be connected to: {((EgressDecision.Refused)decision).Reason}");
        }

        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = timeOut;
            socket.Options.KeepAliveTimeout = timeOut;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeOut);

            // Owned by the connection, which lives longer than this.
            var invoker = new HttpMessageInvoker(EgressGuard.HandlerFor(allowed));
            await socket.ConnectAsync(allowed.Url, invoker, limit.Token).ConfigureAwait(false);
            return new RelayClient(socket, timeOut, TimeProvider.System, MostMessageBytes);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is WebSocketException or HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new RelayException($"{url} cannot be connected to: {failure.Message}", failure);
            }

            throw;
        }
    }
}
