namespace GitNostrBridge.Benchmarks;

/// <summary>One thing that was measured in one slice of one server.</summary>
/// <param name="Name">What.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">How much.</param>
internal sealed record Slice(string Name, string Unit, double Value);
