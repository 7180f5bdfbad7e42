using System.Diagnostics;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>Whether a poll and a push cost more when more repositories are hosted: three servers side by side, measured in turn.</summary>
internal static class ScaleComparison
{
    /// <summary>How many different repositories are polled.</summary>
    private const int Polled = 500;

    public static async Task RunAsync(bool isQuick)
    {
        Figure.Title("polls and pushes with few and many hosted repositories; each poll is of another one");
        using var folder = new TestFolder();
        var (template, refs, work) = await TemplateAsync(folder);
        var hosts = new List<Host>();
        try
        {
            foreach (var count in isQuick ? [10, 1_000] : new[] { 10, 1_000, 10_000 })
            {
                var data = folder.Sub($"hosted-{count}");
                var clock = Stopwatch.StartNew();
                var owners = await HostedMany.MakeAsync(data, template, refs, count);
                var made = clock.Elapsed;
                clock.Restart();
                var server = await Stage.StartOursAsync(data);
                hosts.Add(new Host(count, owners, server, await server.ConnectAsync()));
                Figure.Line($"{count} hosted", $"made in {made.TotalSeconds:N1} s, served {clock.Elapsed.TotalSeconds:N1} s after the start");
            }

            await InTurnAsync(hosts, isQuick ? 3 : 7, PollAsync);
            await InTurnAsync(hosts, isQuick ? 5 : 15, host => PushAsync(host, work));
            foreach (var host in hosts)
            {
                Figure.Line($"{host.Count} hosted: server's resident memory at its peak", $"{new ProcessTree(host.Server.Id).PeakResidentBytes() / 1e6,12:N0} MB");
            }
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.Relay.DisposeAsync();
                await host.Server.DisposeAsync();
            }
        }
    }

    // A repository with a few commits, as this server leaves it after the push that released it.
    private static async Task<(string Template, IReadOnlyDictionary<string, string> Refs, WorkRepository Work)> TemplateAsync(TestFolder folder)
    {
        await using var stage = await Stage.StartAsync();
        var work = await WorkRepository.CreateAsync(folder);
        for (var commit = 0; commit < 5; commit++)
        {
            await work.CommitAsync();
        }

        await stage.HostAsync("template", work.Path);
        var template = folder.Sub("template.git");
        Directory.Move(stage.PathOf("template"), template);
        return (template, await work.RefsAsync(), work);
    }

    private static async Task InTurnAsync(IReadOnlyList<Host> hosts, int rounds, Func<Host, Task<IReadOnlyList<Slice>>> measure)
    {
        var taken = new List<IReadOnlyList<IReadOnlyList<Slice>>>();
        for (var round = 0; round <= rounds; round++)
        {
            var slices = new List<IReadOnlyList<Slice>>();
            foreach (var host in hosts)
            {
                slices.Add(await measure(host));
            }

            taken.Add(slices);
        }

        taken.RemoveAt(0); // it warmed up
        for (var kind = 0; kind < taken[0][0].Count; kind++)
        {
            for (var host = 0; host < hosts.Count; host++)
            {
                var name = $"{hosts[host].Count} hosted: {taken[0][0][kind].Name}";
                Figure.Print(name, taken[0][0][kind].Unit, taken.Select(round => round[host][kind].Value));
                Figure.Print($"{name}, over that of {hosts[0].Count}", "x", taken.Select(round => round[host][kind].Value / round[0][kind].Value));
            }
        }
    }

    private static async Task<IReadOnlyList<Slice>> PollAsync(Host host)
    {
        var step = Math.Max(1, host.Count / Polled);
        var requests = Enumerable.Range(0, Math.Min(host.Count, Polled)).Select(number => host.UrlOf(number * step))
            .SelectMany(url => new[] { GitRequest.InfoRefs(url, 2), GitRequest.ListRefs(url) }).ToList();
        return [.. (await PollComparison.SliceAsync(requests, requests.Count / 2, 1, 1)).Take(2)];
    }

    // The next repository that has not been pushed to; all of them stand where the template stood.
    private static async Task<IReadOnlyList<Slice>> PushAsync(Host host, WorkRepository work)
    {
        var number = host.Pushed++ % host.Count;
        var commit = await work.CommitAsync();
        var state = host.Owners[number].State(HostedMany.IdentifierOf(number), new Dictionary<string, string> { ["refs/heads/main"] = commit });
        var reply = await host.Relay.PublishAsync(state);
        if (!reply.Accepted)
        {
            throw new InvalidOperationException(reply.Text);
        }

        var clock = Stopwatch.StartNew();
        await work.OkAsync("push", "--quiet", host.UrlOf(number).AbsoluteUri, "main");
        return [new("small push", "ms", clock.Elapsed.TotalMilliseconds)];
    }

    private sealed record Host(int Count, IReadOnlyList<Person> Owners, ServerProcess Server, TestRelay Relay)
    {
        public int Pushed { get; set; }

        public Uri UrlOf(int number) => new(Server.Address, $"{Owners[number].Npub}/{HostedMany.IdentifierOf(number)}.git");
    }
}
