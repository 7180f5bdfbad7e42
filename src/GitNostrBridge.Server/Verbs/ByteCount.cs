using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>Numbers of bytes, for people.</summary>
internal static class ByteCount
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Such as `1.5 MB`; a kB has 1000 bytes.</summary>
    public static string Text(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? bytes : Math.Round(value, 1))} {Units[unit]}");
    }
}
