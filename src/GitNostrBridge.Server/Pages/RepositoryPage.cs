using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What a browser sees at a repository's clone URL (R4): how to clone it, who signs for it, what is in it, what happens, what waits.</summary>
public sealed class RepositoryPage(ServiceAddress here, RepositoryCatalogue catalogue, IEventStore store, ClientQueries queries, HtmlPage page)
{
    // One page, whatever is in the repository: the rest is git's to tell.
    private const int MostRows = 100;

    private const int MostEvents = 20;

    private static readonly QueryBounds WaitingRead = new(500, 4L << 20);

    private static readonly FrozenSet<int> PullRequestKinds = FrozenSet.Create(EventKinds.PullRequest, EventKinds.PullRequestUpdate);

    /// <summary>The page of a repository that is here.</summary>
    public async Task ShowAsync(HttpContext context, RepositoryAddress address, BareRepository repository)
    {
        var snapshot = await catalogue.SnapshotAsync(address.Identifier, [address.Owner], context.RequestAborted).ConfigureAwait(false);
        var refs = repository.ReadRefs();
        var maintainers = MaintainersOf(address, snapshot);
        var (waiting, more) = await WaitingAsync(address.Identifier, maintainers, context.RequestAborted).ConfigureAwait(false);
        var recent = await RecentAsync(address, maintainers, context.RequestAborted).ConfigureAwait(false);
        await page.WriteAsync(context, StatusCodes.Status200OK, address.Identifier, Html.Join(
        [
            Head(address, snapshot),
            Html.Section("waiting", "Waiting for git data", Rows([.. waiting.Select(Waiting)], more)),
            Html.Section("branches", "Branches", Refs("Branch", refs, name => name.IsBranch)),
            Html.Section("tags", "Tags", Refs("Tag", refs, name => name.IsTag)),
            Html.Section("maintainers", "Maintainers", Rows([.. maintainers.Select(key => Html.Of($"<li>{Html.Code(key.ToNpub())}</li>"))])),
            Html.Section("events", "Recent events", Rows([.. recent.Select(Event)])),
        ])).ConfigureAwait(false);
    }

    /// <summary>The page of everything that is not here.</summary>
    public Task NotFoundAsync(HttpContext context) => page.WriteAsync(context, StatusCodes.Status404NotFound, "Not found", Html.Of(
        $"""
        <h1>Not found</h1>
        <p>No repository is announced here under this name. A clone URL looks like <code>{here.Origin}/&lt;npub&gt;/&lt;identifier&gt;.git</code>.</p>
        <p><a href="{page.Root}#repositories">The repositories that are here</a></p>
        """));

    private Html Head(RepositoryAddress address, RepositorySnapshot snapshot)
    {
        // Nothing that waits is shown, its author's words least of all.
        var announcement = snapshot.TryGetAnnouncement(address.Owner, out var entry) && !entry.IsHeld ? entry.Announcement : null;
        var nostrUrl = $"nostr://{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}";
        var browse = $"https://gitworkshop.dev/{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}";
        return Html.Of(
            $"""
            <h1>{(string.IsNullOrWhiteSpace(announcement?.Name) ? address.Identifier : announcement.Name)}</h1>
            <p class="lead">{announcement?.Description}</p>
            <p>The git repository {Html.Code(address.Identifier)} of {Html.Code(address.Owner.ToNpub())}.</p>
            <section id="clone" aria-labelledby="clone-title">
            <h2 id="clone-title">Clone it</h2>
            <pre tabindex="0"><code>git clone {here.CloneUrl(address)}</code></pre>
            <p>With a git client that speaks Nostr, such as <a href="https://gitworkshop.dev/ngit">ngit</a>:</p>
            <pre tabindex="0"><code>git clone {nostrUrl}</code></pre>
            <p>Its files, issues and pull requests are shown by git-nostr clients, such as <a href="{browse}" rel="noopener">gitworkshop.dev</a>.</p>
            </section>
            """);
    }

    // R7: whoever signs for the repository; the owner first.
    private static List<PublicKey> MaintainersOf(RepositoryAddress address, RepositorySnapshot snapshot) => snapshot.Owners.Contains(address.Owner)
        ? [.. snapshot.ConfirmedFor(address.Owner).Confirmed.OrderBy(key => key != address.Owner).ThenBy(key => key.Hex, StringComparer.Ordinal)]
        : [address.Owner];

    private async Task<List<NostrEvent>> RecentAsync(RepositoryAddress address, List<PublicKey> maintainers, CancellationToken cancellationToken)
    {
        var addresses = maintainers.Select(key => $"{EventKinds.RepositoryAnnouncement}:{key.Hex}:{address.Identifier}").ToFrozenSet();
        var about = new Filter { Tags = Tag('a', addresses), Limit = MostEvents };
        var states = new Filter
        {
            Kinds = FrozenSet.Create(EventKinds.RepositoryState),
            Authors = maintainers.ToFrozenSet(),
            Tags = Tag('d', FrozenSet.Create(address.Identifier)),
            Limit = MostEvents,
        };
        return await queries.QueryAsync([about, states], cancellationToken).ConfigureAwait(false) is ClientQueryOutcome<QueryResult>.Answered { Answer: var answer }
            ? [.. answer.Events.Take(MostEvents).Select(stored => stored.Read())]
            : [];
    }

    private static FrozenDictionary<char, FrozenSet<string>> Tag(char name, FrozenSet<string> values) => FrozenDictionary.Create(KeyValuePair.Create(name, values));

    // Strangers may use the same identifier: what the maintainers have signed is asked for by their keys, and of the pull requests the first ones are looked at.
    private async Task<(IReadOnlyList<HeldEvent> Events, bool More)> WaitingAsync(string identifier, List<PublicKey> maintainers, CancellationToken cancellationToken)
    {
        var own = await store.HeldAsync(new HeldQuery(identifier, WaitingRead) { Authors = maintainers.ToFrozenSet() }, cancellationToken).ConfigureAwait(false);
        var requests = await store.HeldAsync(new HeldQuery(identifier, WaitingRead) { Kinds = PullRequestKinds }, cancellationToken).ConfigureAwait(false);
        var about = requests.Events.Where(held => IsTo(maintainers, held.Event)).UnionBy(own.Events, held => held.Event.Id);
        return ([.. about.OrderBy(held => held.HeldSince).ThenBy(held => held.Event.Id)], own.Next is not null || requests.Next is not null);
    }

    private static bool IsTo(List<PublicKey> maintainers, NostrEvent request) =>
        PullRequest.Parse(request) is PullRequestParse.Parsed parsed && parsed.PullRequest.Repositories.Any(named => maintainers.Contains(named.Owner));

    private static Html Refs(string what, RefSnapshot refs, Func<RefName, bool> isWanted)
    {
        var all = refs.Refs.Where(entry => isWanted(entry.Key)).OrderBy(entry => entry.Key != refs.Head).ThenBy(entry => entry.Key).ToList();
        return all.Count == 0 ? Html.Empty : Html.Of(
            $"""
            <div class="table" role="region" aria-label="{what} names, to be scrolled" tabindex="0">
            <table aria-label="{what} names with their objects">
            <thead><tr><th scope="col">{what}</th><th scope="col">Object</th></tr></thead>
            <tbody>
            {Html.Join(all.Take(MostRows).Select(entry => Row(entry, refs.Head)))}
            </tbody>
            </table>
            </div>
            {(all.Count > MostRows ? Html.Of($"<p class=\"quiet\">and {all.Count - MostRows} more</p>") : Html.Empty)}
            """);
    }

    private static Html Row(KeyValuePair<RefName, Oid> entry, RefName? head) => Html.Of(
        $"<tr><th scope=\"row\">{entry.Key.Short}{(entry.Key == head ? Html.Of($" <span class=\"tag\">default</span>") : Html.Empty)}</th><td>{Html.Code(entry.Value.Hex[..10])}</td></tr>");

    private static Html Rows(IReadOnlyList<Html> rows, bool mayBeMore = false) => rows.Count == 0 ? Html.Empty : Html.Of(
        $"""
        <ul class="rows">
        {Html.Join(rows.Take(MostRows))}
        {(mayBeMore ? Html.Of($"<li>and perhaps more</li>") : rows.Count > MostRows ? Html.Of($"<li>and {rows.Count - MostRows} more</li>") : Html.Empty)}
        </ul>
        """);

    private static Html Waiting(HeldEvent held) => Html.Of(
        $"<li>{EventWords.KindName(held.Event.Kind)} {Html.Code(EventWords.Short(held.Event.Id.Hex))} of {Html.Code(Short(held.Event.Author))} since {Html.Time(held.HeldSince)}</li>");

    private static Html Event(NostrEvent nostrEvent) => Html.Of(
        $"""
        <li>{EventWords.KindName(nostrEvent.Kind)} {Html.Code(EventWords.Short(nostrEvent.Id.Hex))} {nostrEvent.FirstTag("subject")?.Value}
        <p class="quiet">by {Html.Code(Short(nostrEvent.Author))}, {Html.Time(nostrEvent.CreatedAt)}</p></li>
        """);

    private static string Short(PublicKey key) => key.ToNpub()[..12];
}
