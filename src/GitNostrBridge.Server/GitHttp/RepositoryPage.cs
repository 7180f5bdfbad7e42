using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>What a browser sees at a repository's clone URL (R4).</summary>
public sealed class RepositoryPage(ServiceAddress here)
{
    /// <summary>The page of a repository that is here.</summary>
    public Task ShowAsync(HttpContext context, RepositoryAddress address)
    {
        var cloneUrl = HtmlPage.Escape(here.CloneUrl(address));
        var nostrUrl = HtmlPage.Escape($"nostr://{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}");
        return HtmlPage.WriteAsync(
            context,
            StatusCodes.Status200OK,
            address.Identifier,
            $"""
            <h1>{HtmlPage.Escape(address.Identifier)}</h1>
            <p>A git repository of <code>{address.Owner.ToNpub()}</code>.</p>
            <pre><code>git clone {cloneUrl}</code></pre>
            <p>With a git client that speaks Nostr, such as <a href="https://gitworkshop.dev/ngit">ngit</a>:</p>
            <pre><code>git clone {nostrUrl}</code></pre>
            <p>Browse it, its issues and its pull requests with a <a href="https://gitworkshop.dev">git-nostr client</a>.</p>
            """);
    }

    /// <summary>The page of everything that is not here.</summary>
    public Task NotFoundAsync(HttpContext context) => HtmlPage.WriteAsync(
        context,
        StatusCodes.Status404NotFound,
        "Not found",
        """
        <h1>Not found</h1>
        <p>No repository is announced here under this name. A clone URL looks like <code>/&lt;npub&gt;/&lt;identifier&gt;.git</code>.</p>
        """);
}
