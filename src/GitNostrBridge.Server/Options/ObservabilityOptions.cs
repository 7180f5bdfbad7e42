namespace GitNostrBridge.Server;

/// <summary>Sections `Metrics`, `Telemetry` and `Logging`: what the server tells about itself.</summary>
/// <param name="Metrics">Whether `/metrics` answers.</param>
/// <param name="OtlpEndpoint">Where traces and logs go by OpenTelemetry, such as http://127.0.0.1:4318; empty: nowhere.</param>
/// <param name="LogFormat">How log lines are written on standard output.</param>
public sealed record ObservabilityOptions(bool Metrics = true, string OtlpEndpoint = "", LogFormat LogFormat = LogFormat.Text)
{
    /// <summary>Reads and checks the sections.</summary>
    public static ObservabilityOptions Read(SettingsReader reader)
    {
        var defaults = new ObservabilityOptions();
        reader.CheckLevels();
        return new ObservabilityOptions(
            reader.Section("Metrics").YesOrNo("Enabled", defaults.Metrics),
            reader.Section("Telemetry").Text(nameof(OtlpEndpoint), defaults.OtlpEndpoint, IsEndpoint, "a URL such as http://127.0.0.1:4318, or nothing"),
            reader.Section("Logging").OneOf("Format", defaults.LogFormat));
    }

    private static bool IsEndpoint(string text) =>
        text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");
}

/// <summary>Forms of log lines.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line, for programs.</summary>
    Json,
}
