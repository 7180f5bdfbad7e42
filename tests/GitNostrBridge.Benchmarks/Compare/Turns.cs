namespace GitNostrBridge.Benchmarks;

/// <summary>Measures two servers in turn, in small slices: whatever else the machine does meets both.</summary>
internal static class Turns
{
    /// <summary>
    /// Each round is baseline, ours, baseline. Prints for every measure the medians of both, ours over the mean of the baselines beside it, and the
    /// noise floor: the round's second baseline over its first.
    /// </summary>
    /// <param name="rounds">How many are taken for the record, after one to warm up.</param>
    /// <param name="subject">What all measures are about.</param>
    /// <param name="baseline">A slice of the baseline: the first (0) or the second (1) of the round.</param>
    /// <param name="ours">A slice of this project's server.</param>
    /// <param name="prepare">Runs before each round and is not measured.</param>
    public static async Task RunAsync(
        int rounds, string subject, Func<int, Task<IReadOnlyList<Slice>>> baseline, Func<Task<IReadOnlyList<Slice>>> ours, Func<Task>? prepare = null)
    {
        var taken = new List<(IReadOnlyList<Slice> First, IReadOnlyList<Slice> Ours, IReadOnlyList<Slice> Second)>();
        for (var round = 0; round <= rounds; round++)
        {
            await (prepare?.Invoke() ?? Task.CompletedTask);
            taken.Add((await baseline(0), await ours(), await baseline(1)));
        }

        taken.RemoveAt(0);
        for (var measure = 0; measure < taken[0].Ours.Count; measure++)
        {
            var rows = taken.Select(round => (First: round.First[measure].Value, Ours: round.Ours[measure].Value, Second: round.Second[measure].Value)).ToList();
            Figure.Compare(
                $"{subject}: {taken[0].Ours[measure].Name}",
                taken[0].Ours[measure].Unit,
                [.. rows.SelectMany(row => new[] { row.First, row.Second })],
                [.. rows.Select(row => row.Ours)],
                [.. rows.Select(row => row.Ours / ((row.First + row.Second) / 2))],
                [.. rows.Select(row => row.Second / row.First)]);
        }
    }
}
