using System.Collections.Frozen;
using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>A server that is killed at random moments of a random mix keeps its promises. `GITNOSTRBRIDGE_KILLS` makes it longer.</summary>
public sealed class RandomCrashTests
{
    private const int DefaultKills = 8;

    // So many rounds that something must have been fetched.
    private const int ManyKills = 50;

    [Fact]
    public async Task Killed_at_random_moments_it_keeps_what_it_promised_and_every_invariant()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var kills = int.TryParse(Environment.GetEnvironmentVariable("GITNOSTRBRIDGE_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : DefaultKills;
        using var folder = new TestFolder();
        await using var remote = await RemoteGitServer.StartAsync(folder);
        await remote.EmptyAsync("mixed");
        var mix = new RandomMix(await CreateWorkAsync(folder), remote, random);
        for (var kill = 0; kill < kills; kill++)
        {
            await RunAndKillAsync(folder, mix, TimeSpan.FromMilliseconds(random.Next(50, 1500)));
            await CheckAsync(folder, mix, seed);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {mix.Promised.Count} promises kept, {remote.Visits} visits elsewhere");
        Assert.True(kills < ManyKills || remote.Visits > 0);
    }

    private static async Task<WorkRepository> CreateWorkAsync(TestFolder folder)
    {
        var work = await WorkRepository.CreateAsync(folder);
        await work.CommitAsync();
        return work;
    }

    private static async Task RunAndKillAsync(TestFolder folder, RandomMix mix, TimeSpan life)
    {
        // A repack that outlives its killed server takes packs away under the fsck below; maintenance has tests of its own.
        await using var server = await ServerProcess.StartAsync(
            folder.Sub("data"),
            $"--Grasp:Domain={RandomMix.Domain}",
            "--Maintenance:PacksBeforeTidy=1000000",
            "--GitSync:AllowHttp=true",
            "--GitSync:AllowPrivateAddresses=true",
            "--GitSync:UserEventDelay=00:00:00.050",
            "--GitSync:SyncedEventDelay=00:00:00.050",
            "--GitSync:BackoffBase=00:00:00.200",
            "--GitSync:PerDomainPerMinute=10000");
        var relay = await server.ConnectAsync();
        var acting = mix.ActAsync(server, relay);
        // The moment of the kill is the random input of this test; nothing is expected to have happened by then.
        await Task.WhenAny(acting, Task.Delay(life));
        await server.KillAsync();
        await Assert.ThrowsAsync<RelayException>(() => acting);
        await relay.DisposeAsync();
    }

    private static async Task CheckAsync(TestFolder folder, RandomMix mix, int seed)
    {
        await using var server = RunningServer.StartOn(folder, TimeProvider.System, ("Grasp:Domain", RandomMix.Domain), ("GitSync:Enabled", "false"));
        await server.Services.GetRequiredService<PurgatoryGate>().ProcessAllAsync((_, _) => { }, CancellationToken.None);
        var violations = await server.Services.GetRequiredService<InvariantCheck>().CheckAsync("mixed", CancellationToken.None);
        Assert.True(violations.All(violation => !violation.IsFault), $"seed {seed}: {string.Join("; ", violations)}");
        await KeptAsync(server, mix, seed);
        foreach (var person in mix.People)
        {
            if (server.Services.GetRequiredService<Git.BareRepositories>().Find(person.Npub, "mixed") is { } repository)
            {
                var fsck = await new TestGit(folder.Sub("home-check")).RunAsync(repository.Path, "-c", $"safe.directory={repository.Path}", "fsck", "--full");
                Assert.True(fsck.Code == 0, $"seed {seed}: {fsck.All}");
            }
        }
    }

    // An event that was answered with yes is served or waits, unless its author has put a newer one in its place or deleted it.
    private static async Task KeptAsync(RunningServer server, RandomMix mix, int seed)
    {
        var store = server.Services.GetRequiredService<IEventStore>();
        var parts = await store.HeldPartsAsync(new HeldQuery("mixed", QueryBounds.Internal), CancellationToken.None).ToListAsync();
        var waiting = parts.SelectMany(part => part).Select(entry => entry.Event).ToList();
        var held = waiting.Select(other => other.Id).ToHashSet();
        var filter = new Filter { Authors = mix.People.Select(person => person.Key).ToFrozenSet() };
        var served = (await store.QueryAsync([filter], QueryBounds.Internal, CancellationToken.None)).Events.Select(stored => stored.Read()).ToList();
        var standings = await store.StandingsAsync("mixed", CancellationToken.None);
        foreach (var promised in mix.Promised.Where(promised => !mix.WasDeleted(promised)))
        {
            var kept = held.Contains(promised.Id)
                || served.Any(other => other.Id == promised.Id || (other.Kind == promised.Kind && other.Author == promised.Author && other.IsNewerThan(promised)))
                // A newer one may have taken its place although the server died before its OK could be read.
                || (promised.Kind == EventKinds.RepositoryAnnouncement && waiting.Any(other => other.Kind == promised.Kind && other.Author == promised.Author && other.IsNewerThan(promised)))
                || (promised.Kind == EventKinds.RepositoryAnnouncement && mix.Promised.Any(other => other.Kind == promised.Kind && other.Author == promised.Author && other.IsNewerThan(promised)))
                // A newer one may have overtaken it before it was deleted itself.
                || (promised.Kind == EventKinds.RepositoryState && mix.Promised.Any(other => other.Kind == promised.Kind && mix.WasDeleted(other) && other.IsNewerThan(promised)))
                || (promised.Kind == EventKinds.RepositoryState && standings.Any(standing => EventOrder.IsNewer(standing.CreatedAt, standing.Id, promised.CreatedAt, promised.Id)));
            Assert.True(kept, $"seed {seed}: event {promised.Id} of kind {promised.Kind} was promised and is lost");
        }
    }
}
