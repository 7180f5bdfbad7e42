using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GitNostrBridge.Git;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Several maintainers of one big project cost little more disk than one.</summary>
public sealed class SharedDiskTests
{
    private const int Megabytes = 12;

    [Fact]
    public async Task Three_repositories_of_one_project_share_its_packs_and_do_so_again_after_they_were_repacked()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var scenario = await Scenario.StartAsync(time, ("Maintenance:Interval", "40.00:00:00"));
        var others = new[] { new Person(), new Person() };
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "big.bin"), RandomNumberGenerator.GetBytes(Megabytes << 20));
        await scenario.Work.CommitAsync();
        await scenario.AnnounceAsync(others);
        foreach (var other in others)
        {
            await scenario.SendAsync(other.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner, others.Single(third => third != other)));
        }

        var state = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
        Assert.All(others, other => Assert.Equal(scenario.ServerRefs(scenario.Owner), scenario.ServerRefs(other)));
        Assert.InRange(await MegabytesAsync(scenario, others), Megabytes, Megabytes * 1.1);

        // Repacking gives each a pack of its own at first.
        var loop = scenario.Server.Services.GetRequiredService<MaintenanceLoop>();
        time.Advance(TimeSpan.FromDays(30));
        foreach (var person in new[] { scenario.Owner, others[0], others[1] })
        {
            await loop.TendAsync(scenario.Server.Repository(person, Scenario.Identifier), CancellationToken.None);
        }

        Assert.InRange(await MegabytesAsync(scenario, others), Megabytes, Megabytes * 1.1);
        foreach (var person in new[] { scenario.Owner, others[0], others[1] })
        {
            var path = scenario.Server.Repository(person, Scenario.Identifier).Path;
            Assert.True(File.Exists(Path.Combine(path, "last-collection")));
            await scenario.Work.Git.OkAsync(path, "-c", "safe.directory=*", "fsck", "--full", "--strict");
        }
    }

    [Fact]
    public async Task Packs_of_one_name_that_differ_stay_as_they_are()
    {
        await using var scenario = await Scenario.StartAsync();
        var repositories = scenario.Server.Services.GetRequiredService<BareRepositories>();
        var (one, other) = (await repositories.EnsureAsync(new Person().Npub, "x", CancellationToken.None), await repositories.EnsureAsync(new Person().Npub, "x", CancellationToken.None));
        var packs = new[] { one, other }.Select(repository => Path.Combine(Directory.CreateDirectory(Path.Combine(repository.Path, "objects", "pack")).FullName, "pack-1.pack")).ToArray();
        var bytes = RandomNumberGenerator.GetBytes(2 << 20);
        await File.WriteAllBytesAsync(packs[0], bytes);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(packs[1], bytes);

        Assert.Equal(0, PackSharing.Share(one, [other]));

        Assert.NotEqual(await File.ReadAllBytesAsync(packs[0]), await File.ReadAllBytesAsync(packs[1]));
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(packs[1], bytes);
        Assert.Equal(bytes.Length, PackSharing.Share(one, [other]));
        Assert.Equal(0, PackSharing.Share(one, [other]));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(packs[0]));
    }

    // du counts what several names share once.
    private static async Task<double> MegabytesAsync(Scenario scenario, Person[] others)
    {
        using var du = Process.Start(new ProcessStartInfo(
            "du", ["-s", "-c", "--bytes", .. others.Append(scenario.Owner).Select(person => scenario.Server.Repository(person, Scenario.Identifier).Path)])
        {
            RedirectStandardOutput = true,
        })!;
        var lines = await du.StandardOutput.ReadToEndAsync();
        await du.WaitForExitAsync();
        return double.Parse(lines.TrimEnd('\n').Split('\n')[^1].Split('\t')[0], CultureInfo.InvariantCulture) / (1 << 20);
    }
}
