namespace GitNostrBridge.Server;

/// <summary>One setting, as it was read.</summary>
/// <param name="Key">Such as `Limits:Connections`.</param>
/// <param name="Default">What counts when nothing is said, as it is written in appsettings.json.</param>
/// <param name="Value">What counts now, in the same spelling.</param>
public sealed record Setting(string Key, string Default, string Value);
