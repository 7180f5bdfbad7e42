using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `compare`, with a second real server.</summary>
public sealed class CompareVerbTests : IAsyncLifetime
{
    private static readonly string[] Open = ["--GitSync:AllowHttp=true", "--GitSync:AllowPrivateAddresses=true"];

    private readonly RunningServer _there = RunningServer.Start();

    private Scenario? _here;

    private Scenario Here => _here!;

    public async ValueTask InitializeAsync() => _here = await Scenario.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task Two_servers_with_the_same_data_do_not_differ_and_exit_with_0()
    {
        await PublishAsync(toHere: true, toThere: true);
        var run = await RunAsync();
        Assert.True(run.Code == ExitCodes.Fine, run.All);
        Assert.Contains("1 repositories here, 1 there, 1 compared ref by ref: no difference", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_state_and_its_refs_are_told_with_exit_code_1()
    {
        await PublishAsync(toHere: true, toThere: true);
        var old = await Here.Work.OkAsync("rev-parse", "main");
        var fresh = await Here.Work.CommitAsync();
        var state = await Here.SignAsync(Here.Owner);
        await Here.Work.OkAsync("push", Here.Url, "main");

        var report = await CompareAsync();

        var difference = Assert.Single(report.Differences.OfType<Difference.Event>());
        Assert.Equal((state.Id, true), (difference.Here!.Value, difference.IsNewerHere));
        var moved = Assert.Single(report.Differences.OfType<Difference.Ref>());
        Assert.Equal((fresh, old), (moved.Here!.Value.Hex, moved.There!.Value.Hex));
        Assert.Equal(ExitCodes.Found, (await RunAsync("--json")).Code);
    }

    [Fact]
    public async Task What_one_of_them_has_alone_is_told()
    {
        await PublishAsync(toHere: true, toThere: false);
        var report = await CompareAsync();
        Assert.Equal((1, 0, 0), (report.Here, report.There, report.Compared));
        Assert.Equal(["announcement", "state"], report.Differences.Select(difference => difference.Kind).Order(StringComparer.Ordinal));
        Assert.All(report.Differences, difference => Assert.Contains("only here", difference.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_without_data_there_is_told()
    {
        await PublishAsync(toHere: true, toThere: true);
        Directory.Move(_there.Repository(Here.Owner, Scenario.Identifier).Path, _there.Folder.Sub("gone"));
        var missing = Assert.Single((await CompareAsync()).Differences.OfType<Difference.Repository>());
        Assert.False(missing.IsMissingHere);
        Assert.Contains("404", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_another_address_than_its_name_it_is_not_compared()
    {
        await PublishAsync(toHere: true, toThere: false);
        var announcement = Here.Owner.Announce(new ServiceAddress("http", "grasp.example", "/"), "other");
        await using var named = await RunningServer.StartServingAsync(announcement, ("Grasp:Domain", "grasp.example"));
        var run = await VerbScene.RunAsync(Here.Server, ["compare", named.Listening.ToString(), .. Open]);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("no announcement of the other server names", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guard_of_outbound_connections_holds_for_it_too()
    {
        await Here.AnnounceAsync();
        var run = await VerbScene.RunAsync(Here.Server, "compare", _there.Here.Origin);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("GitSync:AllowHttp", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_events_than_a_page_holds_are_all_read()
    {
        var events = Enumerable.Range(0, 25).Select(number => Here.Owner.Sign(1, [], $"{number}", createdAt: 100 + (number / 3))).ToList();
        var asked = 0;
        var read = await EventPages.ReadAsync(
            (until, _) =>
            {
                asked++;
                return Task.FromResult<IReadOnlyList<NostrEvent>>([.. events.Where(found => until is null || found.CreatedAt <= until).OrderByDescending(found => found.CreatedAt).ThenBy(found => found.Id).Take(7)]);
            },
            CancellationToken.None).ToListAsync();
        Assert.Equal(events.Select(found => found.Id).Order(), read.Select(found => found.Id).Order());
        Assert.InRange(asked, 4, 12);
    }

    private async Task PublishAsync(bool toHere, bool toThere)
    {
        var commit = await Here.Work.CommitAsync();
        RunningServer[] both = [Here.Server, _there];
        var announcement = Here.Owner.Announce(
            [.. both.Select(server => server.CloneUrl(Here.Owner, Scenario.Identifier))], [.. both.Select(server => server.Here.RelayUrl)], Scenario.Identifier);
        var state = Here.Owner.State(Scenario.Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit });
        foreach (var server in both.Where(server => server == _there ? toThere : toHere))
        {
            await using var relay = await server.ConnectAsync();
            Assert.True((await relay.PublishAsync(announcement)).Accepted);
            Assert.True((await relay.PublishAsync(state)).Accepted);
            await Here.Work.OkAsync("push", server.CloneUrl(Here.Owner, Scenario.Identifier), "main");
        }
    }

    private Task<TestGitResult> RunAsync(params string[] options) => VerbScene.RunAsync(Here.Server, ["compare", _there.Here.Origin, .. options, .. Open]);

    private async Task<ComparisonReport> CompareAsync()
    {
        using var progress = new ProgressLine(TextWriter.Null, isTerminal: false, TimeProvider.System);
        return await CompareVerb.CompareAsync(
            VerbScene.Read([.. VerbScene.ArgumentsFor(Here.Server), .. Open]), _there.Here.Origin, withGit: true, progress, CancellationToken.None);
    }
}
