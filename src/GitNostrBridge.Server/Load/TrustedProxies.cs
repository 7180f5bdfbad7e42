using Microsoft.AspNetCore.HttpOverrides;

namespace GitNostrBridge.Server;

/// <summary>Whose word about the client's address is believed.</summary>
internal static class TrustedProxies
{
    /// <summary>Takes the client's address and scheme from the headers of trusted proxies, so that limits count clients and not proxies.</summary>
    public static void UseTrustedProxies(this WebApplication app, GraspOptions options)
    {
        var networks = GraspOptions.Networks(options.TrustedProxies) ?? [];
        if (networks.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,

            // As far back as each one who reports is trusted: the first who is not is the client, whatever he claims of others.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
    }
}
