using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GitNostrBridge.Server;

/// <summary>What Kestrel itself bounds.</summary>
internal static class KestrelLimits
{
    // git is silent while it packs, and a mobile line may be gone for some seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Sets the most connections, beyond which a new one is closed at once, and the least data rates: whoever stalls gives back what he holds. Neither counts for WebSockets.</summary>
    public static void Apply(KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.HttpConnections;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
    }
}
