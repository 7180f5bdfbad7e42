using System.Runtime.CompilerServices;

namespace GitNostrBridge.Server;

/// <summary>How this program is started again, for advice that can be pasted: as README says from source, by its own path when it is the native executable.</summary>
internal static class Invocation
{
    /// <summary>Serves.</summary>
    public static string Serve { get; } = RuntimeFeature.IsDynamicCodeSupported ? "dotnet run --project src/GitNostrBridge.Server" : Environment.ProcessPath ?? "gitnostrbridge";

    /// <summary>What a verb is put behind.</summary>
    public static string Verb { get; } = RuntimeFeature.IsDynamicCodeSupported ? $"{Serve} --" : Serve;
}
