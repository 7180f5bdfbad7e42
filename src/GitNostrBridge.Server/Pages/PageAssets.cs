namespace GitNostrBridge.Server;

/// <summary>The files that the pages need.</summary>
public static class PageAssets
{
    /// <summary>How all pages look.</summary>
    public static PageAsset Style { get; } = new("style.css", "text/css; charset=utf-8");

    /// <summary>The sign of this software.</summary>
    public static PageAsset Icon { get; } = new("icon.svg", "image/svg+xml");

    /// <summary>Serves them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var asset in (PageAsset[])[Style, Icon])
        {
            routes.MapMethods('/' + asset.Name, ["GET", "HEAD"], (RequestDelegate)asset.WriteAsync);
        }
    }
}
