namespace GitNostrBridge.Benchmarks;

/// <summary>How many polls each server answers: what `git fetch` asks when nothing has changed.</summary>
internal static class PollComparison
{
    public static async Task RunAsync(bool isQuick)
    {
        await using var stage = await Stage.StartAsync();
        Figure.Title($"polls; load by {PollLoad.Name}");
        foreach (var refs in new[] { 50, 5_000 })
        {
            var source = await GeneratedHistory.MakeAsync(stage.Folder, stage.Git, $"refs-{refs}", refs, commits: 200);
            await stage.HostAsync($"refs-{refs}", source);
            await CeilingAsync(stage, refs, isQuick);
            foreach (var connections in isQuick && refs > 50 ? [16] : new[] { 1, 16 })
            {
                await PairAsync(stage, isQuick, refs, connections, "v2 poll", repository => [GitRequest.InfoRefs(repository, 2), GitRequest.ListRefs(repository)]);
                if (!isQuick)
                {
                    await PairAsync(stage, isQuick, refs, connections, "v2 info/refs", repository => [GitRequest.InfoRefs(repository, 2)]);
                    await PairAsync(stage, isQuick, refs, connections, "v0 info/refs", repository => [GitRequest.InfoRefs(repository, 0)]);
                }
            }
        }
    }

    private static Task PairAsync(Stage stage, bool isQuick, int refs, int connections, string name, Func<Uri, IReadOnlyList<GitRequest>> requests)
    {
        var seconds = isQuick ? 1 : 3;
        Task<IReadOnlyList<Slice>> SliceOf(bool isBaseline) => SliceAsync(requests(stage.UrlOf($"refs-{refs}", isBaseline)), 1, connections, seconds);
        return Turns.RunAsync(isQuick ? 2 : 5, $"{name}, {refs} refs, {connections} conn.", _ => SliceOf(isBaseline: true), () => SliceOf(isBaseline: false));
    }

    /// <summary>A slice of polls.</summary>
    /// <param name="requests">Sent in turn.</param>
    /// <param name="polls">How many polls they are.</param>
    /// <param name="connections">On so many connections at once.</param>
    /// <param name="seconds">For so long.</param>
    public static async Task<IReadOnlyList<Slice>> SliceAsync(IReadOnlyList<GitRequest> requests, int polls, int connections, int seconds)
    {
        var clock = new CpuClock();
        var result = await PollLoad.RunAsync(requests, connections, seconds);
        var rate = result.PerSecond * polls / requests.Count;
        return
        [
            new("polls", "/s", rate),
            new("p99 of a request", "ms", result.P99),
            new("CPU a poll", "ms", clock.Seconds() * 1e3 / (rate * seconds)),
        ];
    }

    // What the load could send at most: a file of the same size from nginx.
    private static async Task CeilingAsync(Stage stage, int refs, bool isQuick)
    {
        var folder = Directory.CreateDirectory(stage.Folder.Sub("static")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, $"refs-{refs}"), new byte[refs * 65]);
        var file = new GitRequest(new Uri(stage.Baseline.Address, $"static/refs-{refs}"), 0, null);
        var result = await PollLoad.RunAsync([file], 16, isQuick ? 1 : 3);
        Figure.Line($"the load's own ceiling: a file of {refs * 65} bytes, 16 conn.", $"{result.PerSecond,12:N0} requests/s");
    }
}
