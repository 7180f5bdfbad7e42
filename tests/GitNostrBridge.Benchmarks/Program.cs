using GitNostrBridge.Benchmarks;

// Prints figures and asserts nothing: `dotnet run --configuration Release --project tests/GitNostrBridge.Benchmarks -- <name>`.
switch (args.FirstOrDefault())
{
    case "memory":
        await MemoryBenchmark.RunAsync();
        return 0;
    case "relay":
        await RelayBenchmarks.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Which benchmark? memory, relay");
        return 1;
}
