using System.Globalization;
using System.Text;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What a browser sees at a repository's clone URL (R4): how to clone it, who signs for it, what is in it, what waits.</summary>
public sealed class RepositoryPage(ServiceAddress here, RepositoryCatalogue catalogue, IEventStore store)
{
    // One page, whatever is in the repository: the rest is git's to tell.
    private const int MostRows = 100;

    /// <summary>The page of a repository that is here.</summary>
    public async Task ShowAsync(HttpContext context, RepositoryAddress address, BareRepository repository)
    {
        var snapshot = await catalogue.SnapshotAsync(address.Identifier, context.RequestAborted).ConfigureAwait(false);
        var waiting = await store.HeldAsync(address.Identifier, context.RequestAborted).ConfigureAwait(false);
        var refs = repository.ReadRefs();
        var body = new StringBuilder();
        body.Append(Head(address, snapshot));
        var maintainers = MaintainersOf(address, snapshot);
        Append(body, "Maintainers", maintainers.Select(key => Code(key.ToNpub())));
        Append(body, "Branches", Rows(refs, name => name.IsBranch));
        Append(body, "Tags", Rows(refs, name => name.IsTag));
        Append(body, "Waiting for git data", waiting.Where(held => IsAbout(held, maintainers)).Select(Row));
        await HtmlPage.WriteAsync(context, StatusCodes.Status200OK, address.Identifier, body.ToString()).ConfigureAwait(false);
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

    private string Head(RepositoryAddress address, RepositorySnapshot snapshot)
    {
        var description = snapshot.TryGetAnnouncement(address.Owner, out var entry) ? entry.Announcement.Description ?? "" : "";
        var nostrUrl = $"nostr://{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}";
        return $"""
            <h1>{HtmlPage.Escape(address.Identifier)}</h1>
            <p>{HtmlPage.Escape(description)}</p>
            <p>A git repository of {Code(address.Owner.ToNpub())}.</p>
            <pre><code>git clone {HtmlPage.Escape(here.CloneUrl(address))}</code></pre>
            <p>With a git client that speaks Nostr, such as <a href="https://gitworkshop.dev/ngit">ngit</a>:</p>
            <pre><code>git clone {HtmlPage.Escape(nostrUrl)}</code></pre>
            <p>Browse it, its issues and its pull requests with a <a href="https://gitworkshop.dev">git-nostr client</a>.</p>

            """;
    }

    private static List<PublicKey> MaintainersOf(RepositoryAddress address, RepositorySnapshot snapshot) => snapshot.Owners.Contains(address.Owner)
        ? [.. snapshot.ConfirmedFor(address.Owner).Confirmed.OrderBy(key => key != address.Owner).ThenBy(key => key.Hex, StringComparer.Ordinal)]
        : [address.Owner];

    // Strangers may use the same identifier.
    private static bool IsAbout(HeldEvent held, List<PublicKey> maintainers) =>
        maintainers.Contains(held.Event.Author)
        || (PullRequest.Parse(held.Event) is PullRequestParse.Parsed parsed && parsed.PullRequest.Repositories.Any(named => maintainers.Contains(named.Owner)));

    private static IEnumerable<string> Rows(RefSnapshot refs, Func<RefName, bool> isWanted) => refs.Refs
        .Where(entry => isWanted(entry.Key))
        .OrderBy(entry => entry.Key != refs.Head)
        .ThenBy(entry => entry.Key)
        .Select(entry => $"{HtmlPage.Escape(entry.Key.Short)} {Code(entry.Value.Hex[..10])}{(entry.Key == refs.Head ? " (default)" : "")}");

    private static string Row(HeldEvent held) => string.Create(
        CultureInfo.InvariantCulture,
        $"{EventWords.KindName(held.Event.Kind)} {Code(EventWords.Short(held.Event.Id.Hex))} of {Code(held.Event.Author.ToNpub()[..12])} since {held.HeldSince:yyyy-MM-dd HH:mm} UTC");

    private static void Append(StringBuilder body, string title, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        body.Append("<h2>").Append(title).Append("</h2>\n<ul>\n");
        body.AppendJoin("", all.Take(MostRows).Select(row => $"<li>{row}</li>\n"));
        if (all.Count > MostRows)
        {
            body.Append(CultureInfo.InvariantCulture, $"<li>and {all.Count - MostRows} more</li>\n");
        }

        body.Append("</ul>\n");
    }

    private static string Code(string text) => $"<code>{HtmlPage.Escape(text)}</code>";
}
