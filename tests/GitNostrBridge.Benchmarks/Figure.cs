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

    /// <summary>Prints two servers beside each other: the medians and spreads of both, of their ratio pair by pair, and of the noise.</summary>
    public static void Compare(
        string name, string unit, IReadOnlyList<double> baseline, IReadOnlyList<double> ours, IReadOnlyList<double> ratios, IReadOnlyList<double> noise) =>
        Line(name, $"{unit,-5} baseline {Spread(baseline, ""),-30} ours {Spread(ours, ""),-30} {Spread(ratios, "x"),-26} noise {noise.Min():N2} to {noise.Max():N2}");

    /// <summary>Says what the figures below are about.</summary>
    public static void Title(string text) => Console.WriteLine($"\n{text}");

    private static string Spread(IReadOnlyList<double> values, string unit)
    {
        var sorted = values.Order().ToList();
        return $"{Short(sorted[sorted.Count / 2])}{unit} ({Short(sorted[0])} to {Short(sorted[^1])})";
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) < 10 ? "N2" : Math.Abs(value) < 1000 ? "N1" : "N0", CultureInfo.InvariantCulture);

    public static void Line(string name, string value) => Console.WriteLine($"{name,-58}{value}");
}
