using System.Collections.Frozen;
using System.Text;

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

    // Tags that name people, kinds, labels and topics lead to many events; the others to few.
    private const string CrowdedTags = "pPkKlLt";

    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _parameters = [];
    private readonly string _source;
    private readonly string _rows;

    /// <summary>Translates a filter whose conditions all have values: see <see cref="MatchesNothing"/>.</summary>
    public FilterSql(Filter filter)
    {
        var drive = filter.Ids is not null ? Drive.Id
            : filter.Tags.Count > 0 ? Drive.Tag
            : filter.Authors is not null ? Drive.Author
            : filter.Kinds is not null ? Drive.Kind
            : Drive.Time;
        char? drivingTag = drive == Drive.Tag ? LeastCrowded(filter) : null;
        _rows = drive == Drive.Tag ? "tag" : "event";
        (_source, DrivingValues) = drive switch
        {
            Drive.Id => DriveBy("id", "event_by_id", filter.Ids!.Select(id => (object)id.ToBytes())),
            Drive.Tag => DriveByTag(filter, drivingTag!.Value),
            Drive.Author => DriveBy("author", "event_by_author", filter.Authors!.Select(author => (object)author.ToBytes())),
            Drive.Kind => DriveBy("kind", "event_by_kind", filter.Kinds!.Select(kind => (object)(long)kind)),
            _ => ("event INDEXED BY event_by_time", [DBNull.Value]),
        };
        if (filter.Authors is not null && drive != Drive.Author)
        {
            _conditions.Add($"event.author {AnyOf([.. filter.Authors.Select(author => author.Hex)])}");
        }

        if (filter.Kinds is not null && drive != Drive.Kind)
        {
            AddKinds(filter.Kinds);
        }

        AddTimes(filter);
        AddTags(filter.Tags.Where(tag => tag.Key != drivingTag));
    }

    private enum Drive
    {
        Id,
        Tag,
        Author,
        Kind,
        Time,
    }

    /// <summary>The values of <see cref="Driver"/>: the statement runs once for each; one event may be found by several.</summary>
    public IReadOnlyList<object> DrivingValues { get; }

    /// <summary>All other parameters.</summary>
    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>Selects created_at, id and sequence, newest first, at most <see cref="Most"/>.</summary>
    public string Newest => $"SELECT event.created_at, event.id, event.sequence {From} ORDER BY {_rows}.created_at DESC, event.id LIMIT {Most}";

    /// <summary>Selects the sequences of all events that match.</summary>
    public string Sequences => $"SELECT event.sequence {From}";

    private string From => _conditions.Count == 0 ? $"FROM {_source}" : $"FROM {_source} WHERE {string.Join(" AND ", _conditions)}";

    /// <summary>Whether a condition without values leaves nothing to look for (NIP-01).</summary>
    public static bool MatchesNothing(Filter filter) =>
        filter.Ids is { Count: 0 } || filter.Authors is { Count: 0 } || filter.Kinds is { Count: 0 } || filter.Tags.Values.Any(values => values.Count == 0);

    private static char LeastCrowded(Filter filter) =>
        filter.Tags.OrderBy(tag => CrowdedTags.Contains(tag.Key)).ThenBy(tag => tag.Value.Count).ThenBy(tag => tag.Key).First().Key;

    private (string Source, IReadOnlyList<object> Values) DriveBy(string column, string index, IEnumerable<object> values)
    {
        _conditions.Add($"event.{column} = {Driver}");
        return ($"event INDEXED BY {index}", [.. values]);
    }

    // CROSS JOIN keeps SQLite from turning the order of the two tables round.
    private (string Source, IReadOnlyList<object> Values) DriveByTag(Filter filter, char name)
    {
        _conditions.Add($"tag.name = {Parameter(name.ToString())} AND tag.value = {Driver}");
        return ("tag CROSS JOIN event ON event.sequence = tag.sequence", [.. filter.Tags[name].Select(value => (object)Encoding.UTF8.GetBytes(value))]);
    }

    private void AddKinds(FrozenSet<int> kinds) => _conditions.Add(kinds.Count == 1
        ? $"{_rows}.kind = {Parameter((long)kinds.Items[0])}"
        : $"{_rows}.kind IN (SELECT value FROM json_each({Parameter(JsonList.Of(kinds))}))");

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
            var hex = values.Select(value => Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
            _conditions.Add($"EXISTS (SELECT 1 FROM tag AS other WHERE other.name = {Parameter(name.ToString())} AND other.value {AnyOf([.. hex])}"
                + $" AND other.created_at = {_rows}.created_at AND other.sequence = {_rows}.sequence)");
        }
    }

    // A list travels as one parameter, because SQLite bounds how many a statement may have.
    private string AnyOf(IReadOnlyList<string> hex) => hex.Count == 1
        ? $"= {Parameter(Convert.FromHexString(hex[0]))}"
        : $"IN (SELECT unhex(value) FROM json_each({Parameter(JsonList.OfHex(hex))}))";

    private string Parameter(object value)
    {
        var name = $"@p{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }
}
