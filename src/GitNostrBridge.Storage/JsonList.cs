using System.Globalization;

namespace GitNostrBridge.Storage;

/// <summary>Lists of values as one SQL parameter, to be read by `json_each`.</summary>
internal static class JsonList
{
    /// <summary>Numbers.</summary>
    public static string Of(IEnumerable<int> numbers) =>
        $"[{string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Bytes, spelled in hex digits: SQL gets them back by `unhex`.</summary>
    public static string OfHex(IEnumerable<string> hex) => $"[{string.Join(',', hex.Select(digits => $"\"{digits}\""))}]";
}
