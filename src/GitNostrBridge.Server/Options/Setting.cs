namespace GitNostrBridge.Server;

/// <summary>One setting, as it was read.</summary>
/// <param name="Key">Such as `Limits:Connections`.</param>
/// <param name="Default">What counts when nothing is said, as it is written in appsettings.json.</param>
/// <param name="Value">What counts now, in the same spelling.</param>
public sealed record Setting(string Key, string Default, string Value)
{
    /// <summary>The value as it may be shown: a secret key that was put into the wrong place, or the user part of a URL, is not.</summary>
    public string Shown => Mask(Value);

    /// <summary>Any value as it may be shown.</summary>
    public static string Mask(string value) =>
        value.Contains("nsec1", StringComparison.OrdinalIgnoreCase) ? "***"
        : Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? value.Replace(url.UserInfo, "***", StringComparison.Ordinal)
        : value;
}
