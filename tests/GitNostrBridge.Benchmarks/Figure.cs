using System.Diagnostics;
using System.Globalization;

namespace GitNostrBridge.Benchmarks;

/// <summary>What several runs of one measurement gave.</summary>
internal static class Figure
{
    public const int Runs = 5;

    /// <summary>Runs the work once to warm up and some times for the record; prints how much of it is done in a second.</summary>
    public static async Task<double> PerSecondAsync(string name, int amount, Func<int, Task> work)
    {
        await work(0);
        var rates = new List<double>();
        for (var run = 1; run <= Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            await work(run);
            rates.Add(amount / clock.Elapsed.TotalSeconds);
        }

        return Print(name, "/s", rates);
    }

    /// <summary>Prints the median and the spread of values; gives the median.</summary>
    public static double Print(string name, string unit, IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var median = sorted[sorted.Count / 2];
        Line(name, string.Create(CultureInfo.InvariantCulture, $"{median,12:N1} {unit,-5} ({sorted[0]:N1} to {sorted[^1]:N1})"));
        return median;
    }

    public static void Line(string name, string value) => Console.WriteLine($"{name,-58}{value}");
}
