using System.Globalization;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Which part of what waits somebody asks for: `after`, `limit` and `identifier` of a URL.</summary>
/// <param name="After">The end of the part before, or null.</param>
/// <param name="Limit">Events, 1 to 100.</param>
/// <param name="Identifier">Of one identifier only, or null.</param>
internal sealed record PurgatoryQuery(HeldPlace? After, int Limit, string? Identifier)
{
    private const int Default = 50;

    private const int Most = 100;

    /// <summary>Reads a query; null when a value is none.</summary>
    public static PurgatoryQuery? Read(IQueryCollection query)
    {
        var (after, limit) = (query["after"].ToString(), query["limit"].ToString());
        var place = ReadPlace(after);
        return (after.Length > 0 && place is null)
            || !int.TryParse(limit.Length > 0 ? limit : Default.ToString(CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > Most
                ? null
                : new PurgatoryQuery(place, count, query["identifier"].ToString() is { Length: > 0 } identifier ? identifier : null);
    }

    /// <summary>A place as `after` takes it.</summary>
    public static string Spell(HeldPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.Since.UtcTicks}-{place.Id.Hex}");

    private static HeldPlace? ReadPlace(string text) =>
        text.Split('-') is [var ticks, var hex]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
        && since <= DateTime.MaxValue.Ticks
        && EventId.TryParse(hex, out var id)
            ? new HeldPlace(new DateTimeOffset(since, TimeSpan.Zero), id)
            : null;
}
