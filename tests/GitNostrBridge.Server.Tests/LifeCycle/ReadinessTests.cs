using System.Diagnostics;
using System.Net;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>`/readyz`: what a server does that is not ready, and how far it is.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_server_that_looks_after_what_a_crash_left_serves_already_and_says_how_far_it_is()
    {
        using var start = await HeldUpStart.PrepareAsync();
        await using var server = await ChildServer.ListenAsync(start.Folder.Sub("run"), new Dictionary<string, string>(), "--Urls=http://127.0.0.1:0");
        using var http = new HttpClient();
        var (status, text) = await AskAsync(http, server.Address);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("\"phase\":\"repairing\",\"doing\":\"removing what an earlier end has left in repositories\",\"done\":0,\"of\":1", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Address, start.Url))).StatusCode);
        Assert.Equal("alive\n", await http.GetStringAsync(new Uri(server.Address, "healthz")));

        await File.WriteAllTextAsync(start.Pipe, "an operator's own\n");
        using var timeOut = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await AskAsync(http, server.Address)).Status != HttpStatusCode.OK)
        {
            timeOut.Token.ThrowIfCancellationRequested();
        }

        Assert.Contains("\"ready\":true,\"phase\":\"ready\"", (await AskAsync(http, server.Address)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_drains_does_not_become_ready_again()
    {
        var readiness = new Readiness();
        readiness.Report(ReadinessPhase.Repairing, "mending", 3, 10);
        Assert.Equal(new ReadinessState(ReadinessPhase.Repairing, "mending", 3, 10), readiness.Now);
        readiness.Ready();
        readiness.Drain();
        readiness.Ready();
        Assert.Equal(ReadinessPhase.Draining, readiness.Now.Phase);
    }

    [Fact]
    public async Task What_runs_is_waited_for_and_nothing_new_begins()
    {
        var draining = new Draining(new Readiness(), new CurrentLimits(new LimitOptions()), new FakeTimeProvider());
        var (one, two) = (draining.TryEnter(), draining.TryEnter());
        var drained = draining.DrainAsync();
        Assert.Null(draining.TryEnter());
        one!.Dispose();
        one.Dispose();
        Assert.False(drained.IsCompleted);
        two!.Dispose();
        Assert.True(await drained);
    }

    [Fact]
    public async Task What_runs_is_waited_for_no_longer_than_the_limit()
    {
        var time = new FakeTimeProvider();
        var draining = new Draining(new Readiness(), new CurrentLimits(new LimitOptions(DrainSeconds: 30)), time);
        using var running = draining.TryEnter();
        var drained = draining.DrainAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(drained.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await drained);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient http, Uri server)
    {
        using var response = await http.GetAsync(new Uri(server, "readyz"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Data with a pipe in the place of a file that the sweep reads: it waits until somebody writes.</summary>
    private sealed class HeldUpStart : IDisposable
    {
        private readonly Person _owner = new();

        public TestFolder Folder { get; } = new();

        public string Pipe => Path.Combine(Repository, "objects", "pack", "pack-1.keep");

        public string Url => $"{_owner.Npub}/project.git/info/refs?service=git-upload-pack";

        private string Repository => Folder.Sub("run", "data", "git", _owner.Npub, "project.git");

        public static async Task<HeldUpStart> PrepareAsync()
        {
            var start = new HeldUpStart();
            await new TestGit(start.Folder.Sub("home")).OkAsync(start.Folder.Path, "init", "--quiet", "--bare", start.Repository);
            using var make = Process.Start("mkfifo", [start.Pipe]);
            await make.WaitForExitAsync();
            return start;
        }

        public void Dispose() => Folder.Dispose();
    }
}
