using System.Text.Encodings.Web;

namespace GitNostrBridge.Server;

/// <summary>One plain page: readable without scripts, in light and dark, on a phone.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
        pre{overflow:auto;padding:.75rem;border:1px solid #8888;border-radius:.4rem}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
        """;

    /// <summary>Text made safe for HTML.</summary>
    public static string Escape(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>Answers with a page; <paramref name="body"/> is HTML already.</summary>
    public static Task WriteAsync(HttpContext context, int status, string title, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{Escape(title)}</title>
            <style>{Style}</style>
            <body>
            {body}
            </body>
            </html>

            """,
            context.RequestAborted);
    }
}
