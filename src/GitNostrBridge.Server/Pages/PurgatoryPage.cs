using System.Globalization;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Shows what waits, for which objects, what was tried and when the next try is: `/purgatory` for people, `/api/purgatory` for programs (R41).</summary>
public sealed class PurgatoryPage(PurgatoryView view, HtmlPage page) : IDisposable
{
    private const int MostObjects = 5;

    private const string WrongQuery = "`after` is a value of `next`, `limit` a number from 1 to 100, `identifier` a repository's";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Each look costs some queries and opens some repositories.
    private readonly SemaphoreSlim _looks = new(2);

    /// <summary>Adds both routes.</summary>
    /// <param name="routes">Those below the base path.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Instruments are there from the start, whether or not anybody has looked at a page.
        routes.ServiceProvider.GetRequiredService<WaitingGauges>();
        routes.ServiceProvider.GetRequiredService<FetchMetrics>();
        routes.MapMethods("/purgatory", ["GET", "HEAD"], (RequestDelegate)(context => Of(context).ShowAsync(context)));
        routes.MapMethods("/api/purgatory", ["GET", "HEAD"], (RequestDelegate)(context => Of(context).AnswerAsync(context)));
    }

    /// <inheritdoc/>
    public void Dispose() => _looks.Dispose();

    private static PurgatoryPage Of(HttpContext context) => context.RequestServices.GetRequiredService<PurgatoryPage>();

    private Task AnswerAsync(HttpContext context) => LookAsync(context, async part =>
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        PurgatoryJson.Write(context.Response.BodyWriter, part);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    });

    private Task ShowAsync(HttpContext context) => LookAsync(
        context, part => page.WriteAsync(context, StatusCodes.Status200OK, "Purgatory", Body(part)));

    private async Task LookAsync(HttpContext context, Func<WaitingPart, Task> answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (PurgatoryQuery.Read(context.Request.Query) is not { } query)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status400BadRequest, WrongQuery).ConfigureAwait(false);
            return;
        }

        if (!await _looks.WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.Headers.RetryAfter = Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "too many look at once; try again").ConfigureAwait(false);
            return;
        }

        WaitingPart part;
        try
        {
            part = await view.ReadAsync(query.After, query.Limit, query.Identifier, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            _looks.Release();
        }

        await answer(part).ConfigureAwait(false);
    }

    private Html Body(WaitingPart part) => Html.Join(
    [
        Html.Of($"<h1>Purgatory</h1>\n<p class=\"lead\">{part.Total} events wait for their git data, unseen by every query, and {part.PlaceholderTotal} commits for their events.</p>"),
        Table("events", "Events", ["What", "Id", "Author", "Repository", "Since", "Until", "Missing objects"], part.Events.Select(Row)),
        part.Next is { } next ? Html.Of($"<p><a href=\"{page.Root}purgatory?after={PurgatoryQuery.Spell(next)}\" rel=\"next\">Next</a></p>") : Html.Empty,
        Table("fetches", "Fetches", ["Repository", "Next try", "Tried", "When", "Answer"], part.Fetches.SelectMany(fetch => Rows(fetch.Key, fetch.Value))),
        Table("placeholders", "Commits without an event", ["Repository", "Event", "Commit", "Since", "Until"], part.Placeholders.Select(Row)),
    ]);

    private static Html Row(WaitingEvent waiting) => Cells(
        Text(PurgatoryMetrics.KindName(waiting.Held.Event.Kind).Replace('_', ' ')),
        Html.Code(waiting.Held.Event.Id.Hex[..12]),
        Html.Code(waiting.Held.Event.Author.ToNpub()[..12]),
        Text(waiting.Held.Topic),
        Html.Time(waiting.Held.HeldSince),
        Html.Time(waiting.Held.Deadline),
        Html.Join(
        [
            .. waiting.Lacks.Take(MostObjects).Select(oid => Html.Code(oid.Hex[..10])),
            waiting.Lacks.Count > MostObjects ? Html.Of($"and {waiting.Lacks.Count - MostObjects} more") : Html.Empty,
        ]));

    private static IEnumerable<Html> Rows(string identifier, WaitingFetch fetch)
    {
        var next = fetch.Next is null ? Html.Empty : fetch.Next.InProgress ? Text("now") : Html.Time(fetch.Next.Due);
        return fetch.Tried.Count == 0
            ? [Cells(Text(identifier), next, Html.Empty, Html.Empty, Html.Empty)]
            : fetch.Tried.Select(attempt => Cells(
                Text(identifier),
                next,
                Html.Code(attempt.Url),
                Html.Of($"{Html.Time(attempt.At)}{(attempt.Times > 1 ? Html.Of($" ({attempt.Times} times)") : Html.Empty)}"),
                Text(attempt.Answer)));
    }

    private static Html Row(WaitingPlaceholder waiting) => Cells(
        Text($"{waiting.Owner[..Math.Min(12, waiting.Owner.Length)]}/{waiting.Identifier}"),
        Html.Code(waiting.Placeholder.Id.Hex[..12]),
        Html.Code(waiting.Placeholder.Commit.Hex[..10]),
        Html.Time(waiting.Placeholder.Since),
        Html.Time(waiting.Deadline));

    private static Html Text(string text) => Html.Of($"{text}");

    private static Html Cells(params Html[] cells) => Html.Of($"<tr>{Html.Join(cells.Select(cell => Html.Of($"<td>{cell}</td>")))}</tr>");

    private static Html Table(string id, string title, string[] heads, IEnumerable<Html> rows)
    {
        var all = rows.ToList();
        return Html.Section(id, title, all.Count == 0 ? Html.Empty : Html.Of(
            $"""
            <div class="table" role="region" aria-label="{title}, to be scrolled" tabindex="0">
            <table aria-label="{title}">
            <thead><tr>{Html.Join(heads.Select(head => Html.Of($"<th scope=\"col\">{head}</th>")))}</tr></thead>
            <tbody>
            {Html.Join(all)}
            </tbody>
            </table>
            </div>
            """));
    }
}
