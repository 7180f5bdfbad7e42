using GitNostrBridge.Grasp;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GitNostrBridge.Server;

/// <summary>Works out where the world finds this server.</summary>
internal static class PublicAddress
{
    /// <summary>`Grasp:Domain`, or the authority of the first address that the server listens on, which may have been given its port by the system.</summary>
    public static ServiceAddress Of(IServiceProvider services)
    {
        var options = services.GetRequiredService<GraspOptions>();
        var listening = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? ServerOptions.DefaultUrls;
        return For(options, listening);
    }

    /// <summary>The same for a server that listens on this URL.</summary>
    public static ServiceAddress For(GraspOptions options, string listening)
    {
        var address = BindingAddress.Parse(listening);
        var host = IsEveryAddress(address) ? "127.0.0.1" : address.Host;
        return options.Domain.Length > 0
            ? new ServiceAddress(IsLoopback(options.Domain) ? "http" : "https", options.Domain, options.BasePath)
            : new ServiceAddress(address.Scheme, $"{host}:{address.Port}", options.BasePath);
    }

    /// <summary>Whether nobody has said which of the machine's addresses the world uses.</summary>
    public static bool IsGuessed(ServerOptions options) =>
        options.Grasp.Domain.Length == 0 && IsEveryAddress(BindingAddress.Parse(options.Urls.Split(';')[0]));

    private static bool IsEveryAddress(BindingAddress address) => address.Host is "+" or "*" or "0.0.0.0" or "[::]";

    private static bool IsLoopback(string domain) =>
        Uri.TryCreate("http://" + domain, UriKind.Absolute, out var uri) && uri.IsLoopback;
}
