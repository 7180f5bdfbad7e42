using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GitNostrBridge.Server;

/// <summary>What Kestrel itself bounds.</summary>
internal static class KestrelLimits
{
    // git is silent while it packs, and a mobile line may be gone for some seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How many bytes of an answer may be ahead of the socket, Kestrel's default: at so many a flush waits. It goes on below half of them, and since the
    /// socket is given all that is there at once, a flush of as many or more has waited until nothing was ahead (<see cref="DirectChunks"/>).
    /// </summary>
    public const int MostAhead = 64 * 1024;

    /// <summary>
    /// Sets the most connections, beyond which a new one is closed at once, and the least data rates: whoever stalls gives back what he holds; neither counts
    /// for WebSockets.
    /// </summary>
    public static void Apply(IWebHostBuilder host, LimitOptions limits)
    {
        host.UseSockets(sockets => sockets.MaxWriteBufferSize = MostAhead);
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.HttpConnections;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
        });
    }
}
