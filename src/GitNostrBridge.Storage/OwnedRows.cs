using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>One row of the list.</summary>
internal sealed record OwnedRow(long Sequence, byte[] Id, byte[] Json, long StandsSince)
{
    /// <summary>The event with its place.</summary>
    public OwnedEvent Read() => new(new StoredEvent(Sequence, EventId.FromBytes(Id), Json), StandsSince);
}

/// <summary>The events of owners for whom something stands: their announcements, as people look through them.</summary>
internal sealed class OwnedRows(SqliteConnection connection, DateTimeOffset now)
{
    // CROSS JOIN keeps the order of the two tables, so that rows are found in the order of the answer.
    private const string From =
        " FROM standing INDEXED BY standing_by_time CROSS JOIN event INDEXED BY event_by_address"
        + " ON event.author = standing.owner AND event.kind = @kind AND event.identifier = standing.topic"
        + " WHERE event.sequence NOT IN (SELECT sequence FROM expiring WHERE expires_at <= @now)";

    private const string Matching =
        " AND (event.sequence IN (SELECT rowid FROM event_text WHERE event_text MATCH @match) OR (standing.topic >= @first AND standing.topic < @last))";

    private const string Count = "SELECT COUNT(*)" + From;

    private const string Select = "SELECT event.sequence AS Sequence, event.id AS Id, event.json AS Json, standing.created_at AS StandsSince" + From;

    private const string InOrder = " ORDER BY standing.created_at DESC, standing.topic, standing.owner LIMIT @most OFFSET @skip";

    // UTF-8 never holds this byte: it lies behind every text.
    private const byte Last = 0xFF;

    /// <summary>A part of the list, newest standing first.</summary>
    public OwnedEvents Read(OwnedQuery query)
    {
        if (query.Search is not { Words.Count: > 0 } phrase)
        {
            var page = new { kind = query.Kind, now = now.ToUnixTimeSeconds(), most = query.Most, skip = query.Skip };
            return new OwnedEvents(Events(connection.Query<OwnedRow>(Select + InOrder, page)), connection.ExecuteScalar<long>(Count, page));
        }

        var first = Encoding.UTF8.GetBytes(phrase.Text.Trim());
        var found = new
        {
            kind = query.Kind,
            now = now.ToUnixTimeSeconds(),
            most = query.Most,
            skip = query.Skip,
            match = FilterSql.Match(phrase),
            first = (object)first,
            last = (object)(byte[])[.. first, Last],
        };
        return new OwnedEvents(Events(connection.Query<OwnedRow>(Select + Matching + InOrder, found)), connection.ExecuteScalar<long>(Count + Matching, found));
    }

    private static List<OwnedEvent> Events(IEnumerable<OwnedRow> rows) => [.. rows.Select(row => row.Read())];
}
