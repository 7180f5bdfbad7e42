using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>The page at `/` for people.</summary>
public sealed class LandingPage(GraspOptions options, ServiceAddress here)
{
    /// <summary>Answers with the page.</summary>
    public Task ShowAsync(HttpContext context) => HtmlPage.WriteAsync(
        context,
        StatusCodes.Status200OK,
        options.Name,
        $"""
        <h1>{HtmlPage.Escape(options.Name)}</h1>
        <p>{HtmlPage.Escape(options.Description)}.</p>
        <p>This is a git server and a Nostr relay in one. There are no accounts: a push is accepted when it agrees with a state
        that a maintainer of the repository has signed (NIP-34, GRASP).</p>
        <h2>Push your repository here</h2>
        <pre><code>gitnostrbridge publish path/to/repository --to {HtmlPage.Escape(here.Origin)}</code></pre>
        <p>Relay: <code>{HtmlPage.Escape(here.RelayUrl)}</code></p>
        """);
}
