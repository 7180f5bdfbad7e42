using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GitNostrBridge.Server;

/// <summary>What Kestrel itself bounds.</summary>
internal static class KestrelLimits
{
    // git is silent while it packs, and a mobile line may be gone for some seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Sets the least data rates: whoever stalls gives back what he holds. They do not count for WebSockets.</summary>
    public static void Apply(KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.BytesPerSecond, Grace);
    }
}
