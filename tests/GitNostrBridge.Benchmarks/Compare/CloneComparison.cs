using System.Diagnostics;

namespace GitNostrBridge.Benchmarks;

/// <summary>How fast each server answers the request of a clone: new to it (cold), and asked before (repeated).</summary>
internal static class CloneComparison
{
    private const string Identifier = "history";

    private const int Branches = 50;

    public static async Task RunAsync(bool isQuick)
    {
        await using var stage = await Stage.StartAsync();
        var source = await GeneratedHistory.MakeAsync(stage.Folder, stage.Git, Identifier, Branches);
        await stage.HostAsync(Identifier, source);
        var objects = (await stage.Git.OkAsync(stage.PathOf(Identifier), "rev-list", "--objects", "--all", "--count")).Trim();
        var tips = (await stage.Git.OkAsync(source, "for-each-ref", "--format=%(objectname)", "refs/heads")).Split('\n').Distinct().ToArray();
        Figure.Title($"clones of {objects} objects; raw answers, each on a new connection, are counted and thrown away");
        await CeilingAsync(stage);
        var rounds = isQuick ? 2 : 5;
        var asked = 0;
        foreach (var clients in isQuick ? [8] : new[] { 1, 8 })
        {
            var each = clients == 1 && !isQuick ? 4 : 1;

            // Every cold request leaves other branches out, all of which main reaches: other requests, the same pack.
            Task<IReadOnlyList<Slice>> Cold(bool isBaseline) => SliceAsync(clients, each, () => Request(isBaseline, Interlocked.Increment(ref asked)));
            await Turns.RunAsync(rounds, $"cold clone, {clients} client(s)", _ => Cold(isBaseline: true), () => Cold(isBaseline: false));
            Task<IReadOnlyList<Slice>> Repeated(bool isBaseline) => SliceAsync(clients, isBaseline ? each : 4 * each, () => Request(isBaseline, 0));
            await Repeated(isBaseline: false);
            await Turns.RunAsync(rounds, $"repeated clone, {clients} client(s)", _ => Repeated(isBaseline: true), () => Repeated(isBaseline: false));
        }

        await Turns.RunAsync(rounds, "git clone --bare, 1 client", _ => GitCloneAsync(stage, isBaseline: true), () => GitCloneAsync(stage, isBaseline: false));

        GitRequest Request(bool isBaseline, int variant) =>
            GitRequest.WholeClone(stage.UrlOf(Identifier, isBaseline), tips.Where((tip, index) => index == 0 || ((variant >> (index % 30)) & 1) == 0));
    }

    private static async Task<IReadOnlyList<Slice>> SliceAsync(int clients, int each, Func<GitRequest> next)
    {
        var cpu = new CpuClock();
        var clock = Stopwatch.StartNew();
        var answers = (await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var mine = new List<(double FirstByte, long Bytes)>();
            for (var number = 0; number < each; number++)
            {
                mine.Add(await ReadAsync(next()));
            }

            return mine;
        })))).SelectMany(mine => mine).ToList();
        var seconds = clock.Elapsed.TotalSeconds;
        return
        [
            new("answers", "MB/s", answers.Sum(answer => answer.Bytes) / 1e6 / seconds),
            new("clones", "/s", answers.Count / seconds),
            new("first byte, median", "ms", answers.Select(answer => answer.FirstByte).Order().ElementAt(answers.Count / 2)),
            new("CPU a clone", "ms", cpu.Seconds() * 1e3 / answers.Count),
        ];
    }

    private static async Task<(double FirstByte, long Bytes)> ReadAsync(GitRequest request)
    {
        var answer = await AnswerReader.ReadAsync(request);
        return answer.Bytes > 1_000_000 ? answer : throw new InvalidOperationException($"{request.Url} answered a clone with {answer.Bytes} bytes");
    }

    private static async Task<IReadOnlyList<Slice>> GitCloneAsync(Stage stage, bool isBaseline)
    {
        var target = stage.Folder.Sub("clone");
        var cpu = new CpuClock();
        var clock = Stopwatch.StartNew();
        await stage.Git.OkAsync(stage.Folder.Path, "clone", "--quiet", "--bare", stage.UrlOf(Identifier, isBaseline).AbsoluteUri, target);
        Slice[] slices = [new("time", "ms", clock.Elapsed.TotalMilliseconds), new("CPU", "ms", cpu.Seconds() * 1e3)];
        Directory.Delete(target, recursive: true);
        return slices;
    }

    // What the reading side could take at most: a file from nginx.
    private static async Task CeilingAsync(Stage stage)
    {
        var folder = Directory.CreateDirectory(stage.Folder.Sub("static")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "pack"), new byte[32 << 20]);
        var file = new GitRequest(new Uri(stage.Baseline.Address, "static/pack"), 0, null);
        await SliceAsync(8, 2, () => file);
        Figure.Line("the reader's own ceiling: a file of 32 MB, 8 clients", $"{(await SliceAsync(8, 4, () => file))[0].Value,12:N0} MB/s");
    }
}
