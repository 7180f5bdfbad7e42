namespace GitNostrBridge.Server;

/// <summary>How this program is started again, for advice that can be pasted: as README says from source, by its own path when it is the native executable.</summary>
internal static class Invocation
{
    private const string Source = "dotnet run --project src/GitNostrBridge.Server";

    // The native executable has no assembly beside it.
    private static readonly bool IsNative = !File.Exists(Path.Combine(AppContext.BaseDirectory, "gitnostrbridge.dll"));

    /// <summary>Serves.</summary>
    public static string Serve { get; } = IsNative ? Environment.ProcessPath ?? "gitnostrbridge" : Source;

    /// <summary>What a verb is put behind.</summary>
    public static string Verb { get; } = IsNative ? Serve : $"{Source} --";
}
