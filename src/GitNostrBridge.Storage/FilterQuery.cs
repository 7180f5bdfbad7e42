using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>Filters asked of one snapshot. The statements are built at run time, hence plain ADO.NET.</summary>
/// <remarks>Events are chosen by their small keys first, and only the chosen ones' JSON is read: what a query holds is bounded by its answer.</remarks>
internal sealed class FilterQuery(SqliteConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
{
    // How many keys may gather beyond the limit before the oldest are thrown away: sorting seldom, yet holding little.
    private const int KeysBeyondLimit = 10_000;

    /// <summary>The events that match any filter, newest first, each once.</summary>
    public QueryResult Run(IReadOnlyList<Filter> filters, QueryBounds bounds)
    {
        var keys = new List<EventKey>();
        foreach (var filter in filters)
        {
            var most = Math.Clamp(filter.Limit ?? bounds.Events, 0, bounds.Events);
            if (most > 0 && !FilterSql.MatchesNothing(filter))
            {
                keys.AddRange(Newest(new FilterSql(filter, now), most));
            }
        }

        EventKey.KeepNewest(keys, keys.Count);
        return new QueryResult(ReadJson(keys, bounds.Bytes), new ServedRows(connection).Horizon());
    }

    /// <summary>How many events match any filter.</summary>
    public long Count(IReadOnlyList<Filter> filters)
    {
        var sequences = new HashSet<long>();
        foreach (var filter in filters.Where(filter => !FilterSql.MatchesNothing(filter)))
        {
            var sql = new FilterSql(filter, now);
            foreach (var row in Rows(sql, sql.Sequences, most: 0))
            {
                sequences.Add(row.GetInt64(0));
            }
        }

        return sequences.Count;
    }

    private List<EventKey> Newest(FilterSql sql, int most)
    {
        var keys = new List<EventKey>();
        foreach (var row in Rows(sql, sql.Newest, most))
        {
            keys.Add(new EventKey(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)));
            if (keys.Count - most >= KeysBeyondLimit)
            {
                EventKey.KeepNewest(keys, most);
            }
        }

        EventKey.KeepNewest(keys, most);
        return keys;
    }

    private IEnumerable<SqliteDataReader> Rows(FilterSql sql, string text, int most)
    {
        using var command = new SqliteCommand(text, connection);
        foreach (var (name, value) in sql.Parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.Parameters.AddWithValue(FilterSql.Most, most);
        var driver = command.Parameters.AddWithValue(FilterSql.Driver, DBNull.Value);
        foreach (var value in sql.DrivingValues)
        {
            cancellationToken.ThrowIfCancellationRequested();
            driver.Value = value;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                yield return reader;
            }
        }
    }

    private List<StoredEvent> ReadJson(List<EventKey> keys, long mostBytes)
    {
        var events = new List<StoredEvent>(keys.Count);
        using var command = new SqliteCommand("SELECT json FROM event WHERE sequence = @sequence", connection);
        var sequence = command.Parameters.AddWithValue("@sequence", 0L);
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sequence.Value = key.Sequence;
            var json = (byte[])command.ExecuteScalar()!;
            mostBytes -= json.Length;
            if (mostBytes < 0)
            {
                break;
            }

            events.Add(new StoredEvent(key.Sequence, EventId.FromBytes(key.Id), json));
        }

        return events;
    }
}
