using System.Globalization;
using GitNostrBridge.Benchmarks;

// Prints figures and asserts nothing: `dotnet run --configuration Release --project tests/GitNostrBridge.Benchmarks -- <name>`.
var benchmarks = new Dictionary<string, Func<string[], Task<int>>>
{
    // Commits of the history that is cloned.
    ["clone"] = rest => DoneAsync(CloneBenchmark.RunAsync(int.Parse(rest.ElementAtOrDefault(0) ?? "2500", CultureInfo.InvariantCulture))),
    ["compare"] = Comparison.RunAsync,
    // Megabytes of the pack.
    ["git"] = rest => DoneAsync(GitBenchmark.RunAsync(int.Parse(rest.ElementAtOrDefault(0) ?? "1024", CultureInfo.InvariantCulture))),
    ["memory"] = _ => DoneAsync(MemoryBenchmark.RunAsync()),
    ["pieces"] = _ => DoneAsync(Task.Run(PieceBenchmarks.Run)),
    ["purgatory"] = _ => DoneAsync(PurgatoryBenchmark.RunAsync()),
    ["start"] = _ => DoneAsync(StartBenchmark.RunAsync()),
    ["push"] = _ => DoneAsync(PushBenchmark.RunAsync()),
    ["relay"] = _ => DoneAsync(RelayBenchmarks.RunAsync()),
};
if (args is [var name, .. var arguments] && benchmarks.TryGetValue(name, out var benchmark))
{
    return await benchmark(arguments);
}

await Console.Error.WriteLineAsync($"Which benchmark? {string.Join(", ", benchmarks.Keys)}");
return 1;

static async Task<int> DoneAsync(Task benchmark)
{
    await benchmark;
    return 0;
}
