using System.Text;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>The frame of every page: readable without scripts, in light and dark, on a phone, with a keyboard and by ear.</summary>
public sealed class HtmlPage(GraspOptions options, ServiceAddress here)
{
    // Nothing runs, nothing is loaded from elsewhere, and nobody frames the page; the search is the one form.
    private const string ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Where links of this server begin: with a trailing slash.</summary>
    public string Root { get; } = here.BasePath + "/";

    /// <summary>Answers with a page.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="title">What stands in the browser's tab, before the server's name.</param>
    /// <param name="body">What is between the frame's head and foot; it has the one `h1`.</param>
    public Task WriteAsync(HttpContext context, int status, string title, Html body)
    {
        var page = Encoding.UTF8.GetBytes(Frame(title == options.Name ? title : $"{title} · {options.Name}", body).ToString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    private Html Frame(string title, Html body) => Html.Of(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <link rel="stylesheet" href="{Root}{PageAssets.Style.Link}">
        <link rel="icon" type="image/svg+xml" href="{Root}{PageAssets.Icon.Link}">
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
        <nav aria-label="This server">
        <a class="home" href="{Root}"><img src="{Root}{PageAssets.Icon.Link}" alt="" width="28" height="28">{options.Name}</a>
        <a href="{Root}#repositories">Repositories</a>
        <a href="{Root}purgatory">What waits</a>
        <a href="{Root}#push">Push yours</a>
        </nav>
        </header>
        <main id="content" tabindex="-1">
        {body}
        </main>
        <footer>
        <p>{RelayInformation.Software} {ServerVersion.Text}: git over HTTP and a Nostr relay on one address. Relay: <code>{here.RelayUrl}</code></p>
        </footer>
        </body>
        </html>

        """);
}
