using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>Reads the settings of one section. A value that is not usable is told as a problem and read as the default.</summary>
public sealed class SectionReader(SettingsReader reader, string prefix)
{
    private const string DurationForm = "a duration such as 00:30:00 (hours:minutes:seconds) or 1.12:00:00 (days first)";

    /// <summary>Any text.</summary>
    public string Text(string name, string fallback) => Text(name, fallback, _ => true, "");

    /// <summary>A text that must be of some form.</summary>
    public string Text(string name, string fallback, Predicate<string> isUsable, string expected) =>
        Take(name, fallback, text => isUsable(text) ? (true, text) : (false, fallback), expected, value => value);

    /// <summary>A number, of at least <paramref name="least"/>.</summary>
    public int Number(string name, int fallback, int least = 1) => (int)Number(name, fallback, least, int.MaxValue);

    /// <summary>A number, of at least <paramref name="least"/>.</summary>
    public long Number(string name, long fallback, long least = 1) => Number(name, fallback, least, long.MaxValue);

    /// <summary>A time, longer than none unless <paramref name="mayBeZero"/>.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback, bool mayBeZero = false) => Take(
        name,
        fallback,
        // A bare number would be read as days, which nobody means.
        text => (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value)
            && text.Contains(':', StringComparison.Ordinal) && (value > TimeSpan.Zero || (mayBeZero && value == TimeSpan.Zero)), value),
        DurationForm + (mayBeZero ? "" : ", greater than zero"),
        value => value.ToString(value.Milliseconds == 0 ? "c" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture));

    /// <summary>`true` or `false`.</summary>
    public bool YesOrNo(string name, bool fallback) =>
        Take(name, fallback, text => (bool.TryParse(text, out var value), value), "true or false", value => value ? "true" : "false");

    /// <summary>One of a few words.</summary>
    public T OneOf<T>(string name, T fallback)
        where T : struct, Enum
    {
        var words = Enum.GetNames<T>();
        return Take(
            name,
            fallback,
            text => (Enum.TryParse<T>(text, ignoreCase: true, out var value) && words.Contains(text, StringComparer.OrdinalIgnoreCase), value),
            "one of " + string.Join(", ", words.Select(Lower)),
            value => Lower(value.ToString()));
    }

    /// <summary>Tells a problem of a setting that reads well but does not do.</summary>
    public void Problem(string name, string value, string expected) => reader.Problem(prefix + name, value, expected);

    private long Number(string name, long fallback, long least, long most) => Take(
        name,
        fallback,
        text => (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, value),
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        value => value.ToString(CultureInfo.InvariantCulture));

    private T Take<T>(string name, T fallback, Func<string, (bool IsUsable, T Value)> read, string expected, Func<T, string> write)
    {
        var key = prefix + name;
        var value = fallback;
        if (reader.Find(key) is { } text)
        {
            (var isUsable, value) = read(text.Trim());
            if (!isUsable)
            {
                reader.Problem(key, text, expected);
                value = fallback;
            }
        }

        reader.Add(new Setting(key, write(fallback), write(value)));
        return value;
    }

    private static string Lower(string word) => word.ToLowerInvariant();
}
