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
    case "git":
        // Megabytes of the pack.
        await GitBenchmark.RunAsync(int.Parse(args.ElementAtOrDefault(1) ?? "1024", System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "pieces":
        PieceBenchmarks.Run();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Which benchmark? memory, relay, git, pieces");
        return 1;
}
