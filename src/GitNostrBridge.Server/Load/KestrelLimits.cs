using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GitNostrBridge.Server;

/// <summary>What Kestrel itself bounds.</summary>
internal static class KestrelLimits
{
    // git is silent while it packs, and a mobile line may be gone for some seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    // A flush waits at this many bytes, and goes on below half of them: when there are none.
    private const int NothingAhead = 2;

    /// <summary>
    /// Sets the most connections, beyond which a new one is closed at once, and the least data rates: whoever stalls gives back what he holds; neither counts
    /// for WebSockets. And lets a flush end only when the socket has taken all, so that nothing can overtake it (<see cref="SplicedChunks"/>).
    /// </summary>
    public static void Apply(IWebHostBuilder host, LimitOptions limits)
    {
        host.UseSockets(sockets => sockets.MaxWriteBufferSize = NothingAhead);
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.HttpConnections;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
        });
    }
}
