namespace GitNostrBridge.Server;

/// <summary>The list of repositories on the landing page, with its search and its leaves.</summary>
/// <param name="root">Where links begin.</param>
/// <param name="phrase">What was looked for; may be empty.</param>
/// <param name="number">Which leaf, counted from 1.</param>
internal sealed class RepositorySearch(string root, string phrase, int number)
{
    /// <summary>The section; null means that the server was too busy to look.</summary>
    public Html Show(RepositoryListPage? found) => Html.Section("repositories", "Repositories", Html.Of(
        $"""
        <form class="search" role="search" action="{root}#repositories" method="get">
        <label for="q">Words of a name or description, or the beginning of an identifier</label>
        <input id="q" name="q" type="search" value="{phrase}" maxlength="200" autocomplete="off" spellcheck="false">
        <button type="submit">Search</button>
        </form>
        <p class="quiet" role="status">{Summary(found)}</p>
        {(found is { Repositories.Count: > 0 } ? Html.Of($"<ul class=\"rows\">{Html.Join(found.Repositories.Select(Row))}</ul>{Pager(found)}") : Html.Empty)}
        """));

    private Html Summary(RepositoryListPage? found) => found switch
    {
        null => Html.Of($"The server is too busy to look just now; try again in a few seconds."),
        { All: 0 } when phrase.Length == 0 => Html.Of($"None is here yet. <a href=\"#push\">Push the first one</a>."),
        { All: 0 } => Html.Of($"None is found by “{phrase}”. <a href=\"{root}#repositories\">Show all</a>."),
        _ when phrase.Length == 0 => Html.Of($"{found.All} {Noun(found.All)}, the latest state first."),
        _ => Html.Of($"{found.All} {Noun(found.All)} found by “{phrase}”. <a href=\"{root}#repositories\">Show all</a>."),
    };

    private Html Row(ListedRepository repository)
    {
        var address = repository.Address;
        var identifier = address.Identifier == repository.Name ? Html.Empty : Html.Of($"{Html.Code(address.Identifier)} ");
        return Html.Of(
            $"""
            <li><h3><a href="{root}{address.Owner.ToNpub()}/{Uri.EscapeDataString(address.Identifier)}.git">{repository.Name}</a></h3>
            {(repository.Description.Length > 0 ? Html.Of($"<p>{repository.Description}</p>") : Html.Empty)}
            <p class="quiet">{identifier}of {Html.Code(address.Owner.ToNpub()[..12])}, state of {Html.Time(repository.LastState)}</p></li>
            """);
    }

    private Html Pager(RepositoryListPage found)
    {
        var last = (int)Math.Min(RepositoryList.MostPages, (found.All + RepositoryList.PageSize - 1) / RepositoryList.PageSize);
        return last <= 1 ? Html.Empty : Html.Of(
            $"""
            <nav class="pager" aria-label="Pages of repositories">
            {(number > 1 ? Leaf(number - 1, "prev", "← Newer") : Html.Of($"<span></span>"))}
            <span class="quiet">Page {number} of {last}</span>
            {(number < last ? Leaf(number + 1, "next", "Older →") : Html.Of($"<span></span>"))}
            </nav>
            """);
    }

    private Html Leaf(int page, string relation, string text)
    {
        var query = phrase.Length > 0 ? $"?q={Uri.EscapeDataString(phrase)}&page=" : "?page=";
        return Html.Of($"<a rel=\"{relation}\" href=\"{root}{query}{page.ToString(System.Globalization.CultureInfo.InvariantCulture)}#repositories\">{text}</a>");
    }

    private static string Noun(long count) => count == 1 ? "repository" : "repositories";
}
