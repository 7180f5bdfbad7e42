using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The page at `/` for people: what this server is, what it holds, how to push here, what it takes.</summary>
public sealed class LandingPage(
    GraspOptions options,
    ServiceAddress here,
    RepositoryList repositories,
    PolicyFacts policy,
    ConnectionSlots connections,
    SubscriptionRegistry subscriptions,
    HtmlPage page)
{
    /// <summary>Answers with the page; `?q=` looks for repositories, `?page=` turns the leaves.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        var phrase = context.Request.Query["q"].ToString().Trim();
        var number = int.TryParse(context.Request.Query["page"], out var asked) ? Math.Clamp(asked, 1, RepositoryList.MostPages) : 1;
        var all = repositories.PageAsync("", 1);
        var counts = repositories.CountsAsync();
        var found = await repositories.PageAsync(phrase, number).ConfigureAwait(false);
        context.Response.Headers.CacheControl = "no-cache";

        // R1: the relay's information is asked for at this address too.
        context.Response.Headers.Vary = "Accept";
        var title = phrase.Length > 0 ? $"“{phrase}”" : options.Name;
        await page.WriteAsync(context, StatusCodes.Status200OK, title, Html.Join(
        [
            Head(),
            Counters((await all.ConfigureAwait(false))?.All, (await counts.ConfigureAwait(false))?.Held),
            new RepositorySearch(page.Root, phrase, number).Show(found),
            Html.Section("push", "Push your repository here", PushSteps.Show(here)),
            Html.Section("policy", "What this server takes", policy.Show()),
        ])).ConfigureAwait(false);
    }

    private Html Head() => Html.Of(
        $"""
        <h1>{options.Name}</h1>
        <p class="lead">{options.Description}.</p>
        <p>A git server and a Nostr relay in one. There are no accounts: whoever may push to a repository is decided by events that its maintainers have signed.</p>
        """);

    private Html Counters(long? hosted, long? waiting) => Html.Of(
        $"""
        <dl class="counters">
        {Counter("Repositories", hosted)}
        {Counter("Events waiting", waiting)}
        {Counter("Connections", connections.Count)}
        {Counter("Subscriptions", subscriptions.Count)}
        </dl>
        """);

    private static Html Counter(string name, long? value) => Html.Of($"<div><dt>{name}</dt><dd>{(value is { } number ? Html.Of($"{number}") : Html.Of($"?"))}</dd></div>");
}
