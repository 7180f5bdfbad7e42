using Dapper;
using Microsoft.Data.Sqlite;

namespace GitNostrBridge.Storage;

/// <summary>Where a held event stands in the order of their beginnings.</summary>
internal sealed record HeldPlaceRow(byte[] Id, long HeldSince)
{
    /// <summary>The place.</summary>
    public HeldPlace Read() => new(new DateTimeOffset(HeldSince, TimeSpan.Zero), EventId.FromBytes(Id));
}

/// <summary>Finds held events by their small keys, so that sorting carries no JSON.</summary>
internal sealed class HeldPlaces(SqliteConnection connection)
{
    private const string Columns = "SELECT held.id AS Id, held.held_since AS HeldSince FROM ";

    private const string OfKinds = " AND (@kinds IS NULL OR held.kind IN (SELECT value FROM json_each(@kinds)))";

    private const string AfterPlace = " AND (held.held_since, held.id) > (@since, @id)";

    private const string InOrder = " ORDER BY HeldSince, Id LIMIT @most";

    // Events and authors that are named are found one by one, whatever else waits. The plus signs keep SQLite from going through the topic instead.
    private const string IsUnder = " AND (+held.topic = @topic OR EXISTS (SELECT 1 FROM held_also WHERE held_also.topic = @topic AND held_also.id = held.id))";

    private const string Named = Columns + "held WHERE held.id IN (SELECT unhex(value) FROM json_each(@ids))"
        + " AND (@authors IS NULL OR held.author IN (SELECT unhex(value) FROM json_each(@authors)))" + OfKinds + IsUnder + AfterPlace + InOrder;

    private const string OfAuthors = Columns + "held INDEXED BY held_by_address WHERE held.author IN (SELECT unhex(value) FROM json_each(@authors))"
        + OfKinds + IsUnder + AfterPlace + InOrder;

    // Two lists, because only then each comes in the order of its index and the first ones are found without looking at all.
    private const string All = Columns + "held INDEXED BY held_by_place WHERE held.topic = @topic" + OfKinds + AfterPlace + " UNION ALL "
        + Columns + "held_also CROSS JOIN held ON held.id = held_also.id WHERE held_also.topic = @topic" + OfKinds + AfterPlace + InOrder;

    /// <summary>The first places that a query asks for, as many as it has bounds for events.</summary>
    public IReadOnlyList<HeldPlace> Of(HeldQuery query)
    {
        var rows = connection.Query<HeldPlaceRow>(Sql(query), new
        {
            topic = Blob.Of(query.Topic),
            kinds = query.Kinds is { } kinds ? JsonList.Of(kinds.Select(kind => (object)kind)) : null,
            ids = query.Ids is { } ids ? JsonList.Of(ids.Select(Blob.Of)) : null,
            authors = query.Authors is { } authors ? JsonList.Of(authors.Select(Blob.Of)) : null,
            since = query.After?.Since.UtcTicks ?? -1,
            id = query.After is { } after ? Blob.Of(after.Id) : Array.Empty<byte>(),
            most = Math.Max(query.Bounds.Events, 0),
        });
        return [.. rows.Select(row => row.Read())];
    }

    /// <summary>The statement that answers a query.</summary>
    internal static string Sql(HeldQuery query) => query.Ids is not null ? Named : query.Authors is not null ? OfAuthors : All;
}
