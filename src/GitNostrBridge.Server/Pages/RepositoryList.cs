using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>A repository as it stands in the list.</summary>
/// <param name="Address">Whose, and its identifier.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Description">What he says of it, cut off after some lines; may be empty.</param>
/// <param name="LastState">The `created_at` of the state that stands, unix seconds.</param>
public sealed record ListedRepository(RepositoryAddress Address, string Name, string Description, long LastState);

/// <summary>One page of the list.</summary>
/// <param name="Repositories">Newest state first.</param>
/// <param name="All">How many there are on all pages.</param>
public sealed record RepositoryListPage(IReadOnlyList<ListedRepository> Repositories, long All);

/// <summary>The repositories whose announcements are served, in pages; each page is read once in some seconds, however often it is asked for.</summary>
public sealed class RepositoryList(IEventStore store, ClientQueries queries, TimeProvider time)
{
    /// <summary>Repositories on one page.</summary>
    public const int PageSize = 25;

    /// <summary>Who looks for more looks by words.</summary>
    public const int MostPages = 1_000;

    private const int LongestName = 80;
    private const int LongestDescription = 280;
    private const int LongestPhrase = 200;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private readonly FreshReads<(string Phrase, int Page), RepositoryListPage> _pages = new(Fresh, time);
    private readonly FreshReads<int, EventCounts> _counts = new(Fresh, time);

    /// <summary>One page, counted from 1, of the repositories that a phrase finds, or of all; null when the server is too busy to tell.</summary>
    public Task<RepositoryListPage?> PageAsync(string phrase, int page)
    {
        phrase = phrase.Trim();
        return _pages.ReadAsync((phrase.Length > LongestPhrase ? phrase[..LongestPhrase] : phrase, Math.Clamp(page, 1, MostPages)), ReadAsync);
    }

    /// <summary>How many events there are; null when the server is too busy to tell.</summary>
    public Task<EventCounts?> CountsAsync() => _counts.ReadAsync(0, _ => AskAsync(store.CountAllAsync));

    private async Task<RepositoryListPage?> ReadAsync((string Phrase, int Page) wanted)
    {
        var search = wanted.Phrase.Length > 0 ? SearchPhrase.Parse(wanted.Phrase) : null;
        var query = new OwnedQuery(EventKinds.RepositoryAnnouncement, search, (wanted.Page - 1) * PageSize, PageSize);
        return await AskAsync(end => store.OwnedAsync(query, end)).ConfigureAwait(false) is { } answer
            ? new RepositoryListPage([.. answer.Events.Select(Read).OfType<ListedRepository>()], answer.All)
            : null;
    }

    // Several may wait for the answer, so none of them ends the query; its time-out does.
    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask)
        where T : class =>
        await queries.AskAsync(ask, CancellationToken.None).ConfigureAwait(false) is ClientQueryOutcome<T>.Answered { Answer: var answer } ? answer : null;

    private static ListedRepository? Read(OwnedEvent owned)
    {
        if (RepositoryAnnouncement.Parse(owned.Stored.Read()) is not AnnouncementParse.Parsed { Announcement: var announcement })
        {
            return null;
        }

        var name = string.IsNullOrWhiteSpace(announcement.Name) ? announcement.Identifier : announcement.Name;
        return new ListedRepository(announcement.Address, Cut(name, LongestName), Cut(announcement.Description ?? "", LongestDescription), owned.StandsSince);
    }

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Not between the halves of one character.
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
    }
}
