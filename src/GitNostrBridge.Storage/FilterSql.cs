using System.Collections.Frozen;

namespace GitNostrBridge.Storage;

/// <summary>
/// A filter as SQL. One condition **drives**: its index is named in the statement, which runs once for each of its values, so that every run reads
/// rows in the order of the answer and stops at the limit. All other conditions test the rows found.
/// </summary>
internal sealed class FilterSql
{
    /// <summary>The parameter that holds the driving value.</summary>
    public const string Driver = "@driver";

    /// <summary>The parameter that holds how many rows to return.</summary>
    public const string Most = "@most";

    // More driving values than this go into one run, which then sorts all that it finds.
    private const int MostRuns = 32;

    // Tags that name people, kinds, labels and topics lead to many events; the others to few.
    private const string CrowdedTags = "pPkKlLt";

    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _parameters = [];
    private readonly string _source;
    private readonly string _rows;

    /// <summary>Translates a filter whose conditions all have values: see <see cref="MatchesNothing"/>.</summary>
    public FilterSql(Filter filter, DateTimeOffset now)
    {
        char? tagName = LeastCrowded(filter);
        var search = filter.Search is { Words.Count: > 0 } phrase ? Match(phrase) : null;
        var drive = filter.Ids is not null ? Drive.Id
            : search is not null ? Drive.Search
            : tagName is { } name && !(IsCrowded(name) && filter.Authors is not null) ? Drive.Tag
            : filter.Authors is not null ? Drive.Author
            : filter.Kinds is not null ? Drive.Kind
            : Drive.Time;
        _rows = drive == Drive.Tag ? "tag" : "event";

        // CROSS JOIN keeps SQLite from turning the order of the two tables round.
        (_source, DrivingValues) = drive switch
        {
            Drive.Id => ("event INDEXED BY event_by_id", DriveBy("event.id", filter.Ids!.Select(Blob.Of))),
            Drive.Search => ("event_text CROSS JOIN event ON event.sequence = event_text.rowid", DriveBy("event_text", [search!], "MATCH")),
            Drive.Tag => ("tag CROSS JOIN event ON event.sequence = tag.sequence", DriveByTag(tagName!.Value, filter)),
            Drive.Author => ("event INDEXED BY event_by_author", DriveBy("event.author", filter.Authors!.Select(Blob.Of))),
            Drive.Kind => ("event INDEXED BY event_by_kind", DriveBy("event.kind", filter.Kinds!.Select(kind => (object)kind))),
            _ => ("event INDEXED BY event_by_time", [DBNull.Value]),
        };
        if (filter.Authors is not null && drive != Drive.Author)
        {
            _conditions.Add($"event.author {AnyOf(filter.Authors.Select(Blob.Of))}");
        }

        if (filter.Kinds is not null && drive != Drive.Kind)
        {
            _conditions.Add($"{_rows}.kind {AnyOf(filter.Kinds.Select(kind => (object)kind))}");
        }

        if (search is not null && drive != Drive.Search)
        {
            _conditions.Add($"event.sequence IN (SELECT rowid FROM event_text WHERE event_text MATCH {Parameter(search)})");
        }

        // NIP-40: expired events are swept away now and then, so those that are still there are few.
        _conditions.Add($"event.sequence NOT IN (SELECT sequence FROM expiring WHERE expires_at <= {Parameter(now.ToUnixTimeSeconds())})");
        AddTimes(filter);
        AddTags(filter.Tags.Where(tag => drive != Drive.Tag || tag.Key != tagName));
    }

    private enum Drive
    {
        Id,
        Search,
        Tag,
        Author,
        Kind,
        Time,
    }

    /// <summary>The values of <see cref="Driver"/>: the statement runs once for each; several may find the same event.</summary>
    public IReadOnlyList<object> DrivingValues { get; }

    /// <summary>All other parameters.</summary>
    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>Selects created_at, id and sequence, newest first, at most <see cref="Most"/>.</summary>
    public string Newest => $"{Distinct} event.created_at, event.id, event.sequence {From} ORDER BY {_rows}.created_at DESC, event.id LIMIT {Most}";

    /// <summary>Selects the sequences of all events that match.</summary>
    public string Sequences => $"SELECT event.sequence {From}";

    // Only one run for several values of a tag can find an event twice; and there the limit must not count it twice.
    private string Distinct => _rows == "tag" && DrivingValues is [string] ? "SELECT DISTINCT" : "SELECT";

    private string From => _conditions.Count == 0 ? $"FROM {_source}" : $"FROM {_source} WHERE {string.Join(" AND ", _conditions)}";

    /// <summary>Whether a condition without values leaves nothing to look for (NIP-01).</summary>
    public static bool MatchesNothing(Filter filter) =>
        filter.Ids is { Count: 0 } || filter.Authors is { Count: 0 } || filter.Kinds is { Count: 0 } || filter.Tags.Values.Any(values => values.Count == 0);

    private static char? LeastCrowded(Filter filter) =>
        filter.Tags.OrderBy(tag => IsCrowded(tag.Key)).ThenBy(tag => tag.Value.Count).Select(tag => (char?)tag.Key).FirstOrDefault();

    private static bool IsCrowded(char tagName) => CrowdedTags.Contains(tagName);

    private object[] DriveByTag(char name, Filter filter)
    {
        _conditions.Add($"tag.name = {Parameter(name.ToString())}");
        return DriveBy("tag.value", filter.Tags[name].Select(Blob.Of));
    }

    /// <summary>A phrase as the index of words reads it.</summary>
    /// <remarks>Words hold letters and digits alone, so nothing in them can end the quotation; the star lets each begin a word of the text.</remarks>
    public static string Match(SearchPhrase phrase) => string.Join(' ', phrase.Words.Select(word => $"\"{word}\" *"));

    private object[] DriveBy(string column, IEnumerable<object> values, string comparison = "=")
    {
        object[] all = [.. values];
        _conditions.Add(all.Length <= MostRuns ? $"{column} {comparison} {Driver}" : $"{column} {JsonList.Contains(Driver, all)}");
        return all.Length <= MostRuns ? all : [JsonList.Of(all)];
    }

    private void AddTimes(Filter filter)
    {
        if (filter.Since is { } since)
        {
            _conditions.Add($"{_rows}.created_at >= {Parameter(since)}");
        }

        if (filter.Until is { } until)
        {
            _conditions.Add($"{_rows}.created_at <= {Parameter(until)}");
        }
    }

    private void AddTags(IEnumerable<KeyValuePair<char, FrozenSet<string>>> tags)
    {
        foreach (var (name, values) in tags)
        {
            _conditions.Add($"EXISTS (SELECT 1 FROM tag AS other WHERE other.name = {Parameter(name.ToString())} AND other.value {AnyOf(values.Select(Blob.Of))}"
                + $" AND other.created_at = {_rows}.created_at AND other.sequence = {_rows}.sequence)");
        }
    }

    private string AnyOf(IEnumerable<object> values)
    {
        object[] all = [.. values];
        return all.Length == 1 ? $"= {Parameter(all[0])}" : JsonList.Contains(Parameter(JsonList.Of(all)), all);
    }

    private string Parameter(object value)
    {
        var name = $"@p{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }
}
