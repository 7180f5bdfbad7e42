using System.Threading.Channels;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Server.Tests;

public sealed class MaintenanceLoopTests
{
    [Fact]
    public async Task Pushes_and_clones_go_on_while_the_repository_is_maintained_and_it_stays_sound()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:PacksBeforeTidy", "1000"));
        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var maintenance = scenario.Server.Services.GetRequiredService<RepositoryMaintenance>();
        using var enough = new CancellationTokenSource();
        var done = 0;
        var maintaining = Task.Run(async () =>
        {
            for (var round = 0; !enough.IsCancellationRequested; round++)
            {
                var result = round % 2 == 0
                    ? await maintenance.CollectAsync(repository, TimeSpan.FromDays(14), CancellationToken.None)
                    : await maintenance.TidyAsync(repository, CancellationToken.None);
                Assert.True(result is MaintenanceResult.Done or MaintenanceResult.Overtaken, result.ToString());
                done += result is MaintenanceResult.Done ? 1 : 0;
            }
        });

        for (var round = 0; round < 8; round++)
        {
            await scenario.Work.CommitAsync(new string('x', round * 1000));
            var state = await scenario.SignAsync(scenario.Owner);
            await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
            Assert.True(await scenario.IsServedAsync(state));
            await Task.WhenAll(Enumerable.Range(0, 2).Select(number =>
                scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, "clone", "--quiet", "--mirror", scenario.Url, $"clone-{round}-{number}")));
        }

        await enough.CancelAsync();
        await maintaining;
        Assert.True(done > 0);
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
        await scenario.Work.Git.OkAsync(repository.Path, "-c", $"safe.directory={repository.Path}", "fsck", "--full", "--strict");
        Assert.True(scenario.Server.LoggedErrors.Count == 0, scenario.Server.LoggedErrors.FirstOrDefault());
    }

    [Fact]
    public async Task A_large_first_push_is_tidied_at_once_and_a_small_one_after_it_is_not()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:Interval", "1.00:00:00"));
        for (var number = 0; number < 5_100; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(scenario.Work.Path, $"part-{number % 50}")).FullName, $"{number}.txt"), $"{number}\n");
        }

        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (RepositoryWear.Of(repository).UnmappedObjects > 0 || !File.Exists(Path.Combine(repository.Path, "objects", "info", "commit-graph")))
        {
            await Task.Delay(20, patience.Token);
        }

        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", scenario.Url, "main");
        await LoopOf(scenario, TimeProvider.System).TendAsync(repository, CancellationToken.None);
        Assert.True(RepositoryWear.Of(repository) is { Packs: 2, UnmappedObjects: > 0 });
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task Loose_refs_are_packed_soon_so_that_polls_stay_cheap()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        for (var number = 0; number < 30; number++)
        {
            await scenario.Work.OkAsync("branch", $"branch-{number}");
        }

        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--quiet", "--all", scenario.Url);
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        await LoopOf(scenario, TimeProvider.System).TendAsync(repository, CancellationToken.None);
        Assert.Equal(0, RepositoryWear.Of(repository).LooseRefs);
        Assert.Equal(await scenario.Work.RefsAsync(), scenario.ServerRefs(scenario.Owner));
    }

    [Fact]
    public async Task A_worn_repository_is_collected_once_in_the_interval_and_an_unworn_one_is_left_alone()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:Interval", "1.00:00:00"));
        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        var loop = LoopOf(scenario, time);
        var marker = Path.Combine(repository.Path, "last-collection");
        time.Advance(TimeSpan.FromDays(8));

        await loop.TendAsync(repository, CancellationToken.None);
        var first = File.GetLastWriteTimeUtc(marker);
        time.Advance(TimeSpan.FromDays(6));
        await loop.TendAsync(repository, CancellationToken.None);
        Assert.Equal(first, File.GetLastWriteTimeUtc(marker));

        Assert.True(RepositoryWear.Of(repository) is { Packs: 1, LooseRefs: 0 });
        await scenario.Work.Git.OkAsync(repository.Path, "-c", $"safe.directory={repository.Path}", "fsck", "--full");
    }

    [Fact]
    public async Task A_collection_that_a_push_overtakes_is_no_failure_and_is_done_the_next_time()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:Interval", "1.00:00:00"));
        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var ghost = Path.Combine(repository.Path, "refs", "heads", "ghost");

        // As a push does whose pack is not among those that git has listed: between two of maintenance's commands a ref comes whose objects these do not see.
        var hook = Path.Combine(repository.Path, "hooks", "reference-transaction");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\nmkdir -p '{Path.GetDirectoryName(ghost)}' && echo {new string('1', 40)} >'{ghost}'\n");
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await scenario.Work.Git.OkAsync(repository.Path, "-c", $"safe.directory={repository.Path}", "update-ref", "refs/recovery/1", "refs/heads/main");
        File.Delete(ghost);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        time.Advance(TimeSpan.FromDays(8));
        var loop = LoopOf(scenario, time);
        var marker = Path.Combine(repository.Path, "last-collection");

        await loop.TendAsync(repository, CancellationToken.None);
        Assert.True(File.Exists(ghost));
        Assert.False(File.Exists(marker));

        // With the ref there from the beginning, it is the repository that is broken: that is not tried all the time.
        var maintenance = scenario.Server.Services.GetRequiredService<RepositoryMaintenance>();
        Assert.IsType<MaintenanceResult.Failed>(await maintenance.CollectAsync(repository, TimeSpan.FromDays(14), CancellationToken.None));

        File.Delete(hook);
        File.Delete(ghost);
        await loop.TendAsync(repository, CancellationToken.None);
        Assert.True(File.Exists(marker));
        Assert.True(RepositoryWear.Of(repository) is { Packs: 1, UnmappedObjects: 0 });
    }

    [Fact]
    public async Task R25_what_a_deletion_took_out_of_reach_is_kept_for_its_time_and_no_longer()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:Interval", "1.00:00:00"));
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--message", "Otherwise");
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--force", scenario.Url, "main");
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        var loop = LoopOf(scenario, time);

        time.Advance(TimeSpan.FromDays(89));
        await loop.TendAsync(repository, CancellationToken.None);
        Assert.Single(RecoveryRefs.List(repository));
        time.Advance(TimeSpan.FromDays(8));
        await loop.TendAsync(repository, CancellationToken.None);
        Assert.Empty(RecoveryRefs.List(repository));
    }

    [Fact]
    public async Task A_collection_gives_way_to_whoever_wants_the_turn_and_is_done_later()
    {
        await using var scenario = await Scenario.StartAsync(("Maintenance:Interval", "1.00:00:00"));
        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        time.Advance(TimeSpan.FromDays(8));
        var loop = LoopOf(scenario, time);
        var turns = scenario.Server.Services.GetRequiredService<IdentifierLock>();
        var marker = Path.Combine(repository.Path, "last-collection");
        var gate = await turns.EnterAsync(Scenario.Identifier, CancellationToken.None);
        var collecting = loop.TendAsync(repository, CancellationToken.None);
        var push = turns.EnterAsync(Scenario.Identifier, CancellationToken.None);

        gate.Dispose();
        await collecting.WaitAsync(TimeSpan.FromMinutes(1));
        (await push.WaitAsync(TimeSpan.FromMinutes(1))).Dispose();
        Assert.False(File.Exists(marker));

        await loop.TendAsync(repository, CancellationToken.None);
        Assert.True(File.Exists(marker));
    }

    [Fact]
    public async Task A_round_that_fails_in_whatever_way_is_followed_by_the_next()
    {
        await using var scenario = await Scenario.StartAsync();
        var time = new WatchedTime();

        // No day lies so far back: the round fails before it has begun, and not as a disk does.
        var log = new LineSignal();
        using var loop = LoopOf(scenario, time, new RepositoriesOptions(RecoveryRetention: TimeSpan.MaxValue), log);
        await loop.StartAsync(CancellationToken.None);
        await time.WaitBegunAsync(new MaintenanceOptions().Interval);
        for (var round = 0; round < 2; round++)
        {
            time.Advance(new MaintenanceOptions().Interval);
            await log.NextAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }

        await loop.StopAsync(CancellationToken.None);
    }

    private static MaintenanceLoop LoopOf(Scenario scenario, TimeProvider time, RepositoriesOptions? kept = null, ILogger<MaintenanceLoop>? logger = null) => new(
        scenario.Server.Services.GetRequiredService<BareRepositories>(),
        scenario.Server.Services.GetRequiredService<RepositoryMaintenance>(),
        scenario.Server.Services.GetRequiredService<RecoveryRefs>(),
        scenario.Server.Services.GetRequiredService<IdentifierLock>(),
        new MaintenanceOptions(),
        kept ?? new RepositoriesOptions(),
        scenario.Server.Services.GetRequiredService<MaintenanceMetrics>(),
        time,
        logger ?? scenario.Server.Services.GetRequiredService<ILogger<MaintenanceLoop>>());

    private sealed class LineSignal : ILogger<MaintenanceLoop>
    {
        private readonly Channel<bool> _lines = Channel.CreateUnbounded<bool>();

        public Task<bool> NextAsync() => _lines.Reader.ReadAsync().AsTask();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(true);
    }
}
