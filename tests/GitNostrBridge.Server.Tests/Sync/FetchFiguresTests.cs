using System.Diagnostics.Metrics;
using System.Globalization;
using GitNostrBridge.Git;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>What is counted and remembered of fetches, and that it is bounded.</summary>
public sealed class FetchFiguresTests
{
    private static readonly FetchBackoff Backoff = new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_round_counts_what_was_asked_what_came_and_what_is_left()
    {
        await using var scene = await FetchScene.StartAsync();
        using var measured = new Measurements(scene.Server);
        var commit = await scene.Work.CommitAsync();
        var dead = await scene.StartRemoteAsync();
        dead.Status = 503;
        var (good, url) = await scene.StartRemoteWithAsync("main");
        await scene.AnnounceAsync([dead.UrlOf("project"), url]);
        good.Hold();
        var state = await scene.StateAsync(scene.Owner, commit);
        await using var live = await scene.WatchAsync(state);
        Assert.Equal(1, measured.Observe()["gitnostrbridge.purgatory.queue"]);

        scene.Time.Advance(FetchScene.UserDelay);
        await good.NextVisitAsync();
        Assert.Equal(1, measured[$"gitnostrbridge.purgatory.fetch.in_flight{{domain={DomainOf(good)}}}"]);
        Assert.Equal(1, measured[$"gitnostrbridge.purgatory.fetch.requests{{domain={DomainOf(dead)}}}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.fetch.attempts{outcome=failed}"]);
        good.LetGo();
        await live.NextAsync();

        await scene.Server.Services.GetRequiredService<GitFetchLoop>().DisposeAsync();
        Assert.Equal(1, measured["gitnostrbridge.purgatory.fetch.attempts{outcome=brought}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.fetch.objects"]);
        Assert.Equal(0, measured[$"gitnostrbridge.purgatory.fetch.in_flight{{domain={DomainOf(good)}}}"]);
        Assert.Equal(1, measured["gitnostrbridge.purgatory.released{cause=fetch,kind=state}"]);
    }

    [Fact]
    public void Only_so_many_domains_have_a_label_of_their_own()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var measured = new Measurements(meters);
        var metrics = new FetchMetrics(meters, new FetchQueue(_time, Backoff));
        foreach (var number in Enumerable.Range(0, 60).Concat(Enumerable.Range(0, 60)))
        {
            metrics.Begin(string.Create(CultureInfo.InvariantCulture, $"host-{number}:443")).Dispose();
        }

        Assert.Equal(2, measured["gitnostrbridge.purgatory.fetch.requests{domain=host-49:443}"]);
        Assert.Equal(20, measured["gitnostrbridge.purgatory.fetch.requests{domain=other}"]);
        Assert.Equal(51, measured.All.Keys.Count(key => key.StartsWith("gitnostrbridge.purgatory.fetch.requests", StringComparison.Ordinal)));
        Assert.Equal(0, measured["gitnostrbridge.purgatory.fetch.in_flight{domain=other}"]);
    }

    [Fact]
    public void Each_url_is_remembered_once_with_its_last_answer_without_secrets_and_bounded()
    {
        var history = new FetchHistory(_time);
        history.Note("a", "https://user:secret@host.example/x.git?token=secret", new FetchResult.Failed("it said no"));
        _time.Advance(TimeSpan.FromMinutes(1));
        history.Note("a", "https://host.example/x.git", new FetchResult.Brought(new HashSet<Oid>()));
        var only = Assert.Single(history.Of("a"));
        Assert.Equal(new FetchAttempt("https://host.example/x.git", _time.GetUtcNow(), 2, 0, "brought 0 of the wanted objects"), only);

        foreach (var number in Enumerable.Range(0, 2_000))
        {
            var name = number.ToString(CultureInfo.InvariantCulture);
            history.Note("a", $"https://host.example/{name}", new FetchResult.Failed(new string('x', 1_000)));
            history.Note(name, "https://host.example/x.git", new FetchResult.Failed("no"));
        }

        Assert.Equal(50, history.Of("a").Count);
        Assert.Equal("https://host.example/1999", history.Of("a")[0].Url);
        Assert.InRange(history.Of("a")[0].Answer.Length, 1, 201);
        Assert.Empty(history.Of("0"));
        Assert.Single(history.Of("1999"));
    }

    private static string DomainOf(RemoteGitServer remote) => new Uri(remote.Origin).Authority;
}
