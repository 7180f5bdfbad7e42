using System.Globalization;

namespace GitNostrBridge.Storage;

/// <summary>A list of values as one SQL parameter, because SQLite bounds how many parameters a statement may have.</summary>
internal static class JsonList
{
    /// <summary>The parameter: numbers as they are, bytes spelled in hex digits.</summary>
    public static string Of(IEnumerable<object> values) => $"[{string.Join(',', values.Select(Spell))}]";

    /// <summary>The condition that a column holds one of the values, which are all numbers or all bytes.</summary>
    public static string Contains(string parameter, IReadOnlyList<object> values) =>
        values is [byte[], ..] ? $"IN (SELECT unhex(value) FROM json_each({parameter}))" : $"IN (SELECT value FROM json_each({parameter}))";

    private static string Spell(object value) =>
        value is byte[] bytes ? $"\"{Convert.ToHexString(bytes)}\"" : Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
}
