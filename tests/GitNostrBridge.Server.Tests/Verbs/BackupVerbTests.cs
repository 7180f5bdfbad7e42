using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verbs `backup` and `restore`.</summary>
public sealed class BackupVerbTests
{
    private const int Backups = 4;

    [Fact]
    public async Task A_backup_taken_under_load_restores_to_a_sound_server_that_serves_every_state_of_then()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        using var ended = new CancellationTokenSource();
        var load = LoadAsync(scenario, ended.Token);
        var folder = scenario.Server.Folder.Sub("backups");
        for (var backup = 0; backup < Backups; backup++)
        {
            var run = await VerbScene.RunAsync(scenario.Server, "backup", folder, "--json");
            Assert.True(run.Code == ExitCodes.Fine, run.All);
        }

        await ended.CancelAsync();
        Assert.True(await load > 0);
        var backups = Directory.GetDirectories(folder);
        Assert.Equal(Backups, backups.Length);
        foreach (var backup in backups)
        {
            await RestoresAsync(scenario, backup);
        }
    }

    [Fact]
    public async Task A_second_backup_costs_no_more_than_what_has_changed()
    {
        await using var scenario = await Scenario.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "big"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20));
        await scenario.ServeAsync();
        var folder = scenario.Server.Folder.Sub("backups");
        var first = await TakeAsync(scenario, folder);
        var second = await TakeAsync(scenario, folder);

        TestContext.Current.TestOutputHelper?.WriteLine($"first: {first.Tree.CopiedBytes} bytes; second: {second.Tree.CopiedBytes} bytes new, {second.Tree.LinkedBytes} shared");
        Assert.True(first.Tree.CopiedBytes > 3 << 20);
        Assert.True(second.Tree.LinkedBytes > 3 << 20);
        Assert.True(second.Tree.CopiedBytes < 1 << 20, "only the database and small files are new");

        // Each stands alone: the first may go.
        Directory.Delete(first.Folder, recursive: true);
        await RestoresAsync(scenario, second.Folder);
    }

    [Fact]
    public async Task That_the_relays_key_is_kept_elsewhere_is_told()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        File.Delete(VerbScene.SettingsFor(scenario.Server).Options.Grasp.OwnerKeyFile);
        using var output = new StringWriter();
        BackupVerb.Print(await TakeAsync(scenario, scenario.Server.Folder.Sub("backups")), asJson: false, output);
        Assert.Contains("The relay's key is not in it", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_leaves_service_while_the_backup_runs_is_in_it_as_it_was()
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, state) = await scenario.ServeAsync();
        var settings = VerbScene.SettingsFor(scenario.Server);
        var folder = Directory.CreateDirectory(scenario.Server.Folder.Sub("backups")).FullName;
        var tree = new BackupTree(folder, previous: null);
        var backup = new Backup(settings, TimeProvider.System, Silent());
        var takenAt = DateTimeOffset.UtcNow;
        await backup.CopyEventsAsync(tree, folder, CancellationToken.None);

        await scenario.SendAsync(scenario.Owner.Sign(EventKinds.Deletion, [new("e", announcement.Id.Hex)]));

        Assert.Equal(1, await backup.CopyRepositoriesAsync(tree, takenAt, CancellationToken.None));
        new BackupManifest(takenAt, "test", settings.Here.Origin, 1, tree.Files).Write(folder);
        await RestoresAsync(scenario, folder, state);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_nothing_is_restored()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var backup = await TakeAsync(scenario, scenario.Server.Folder.Sub("backups"));
        var pack = Directory.EnumerateFiles(backup.Folder, "*.pack", SearchOption.AllDirectories).First();
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var file = new FileStream(pack, FileMode.Open))
        {
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(0x55);
        }

        var target = scenario.Server.Folder.Sub("elsewhere");
        var run = await Verb.RunAsync(scenario.Server.Folder.Path, scenario.Server.Folder.Sub("home"), ["restore", backup.Folder, .. VerbScene.ArgumentsFor(target)]);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("has not the checksum", run.Errors, StringComparison.Ordinal);
        Assert.Equal([".lock", ".lock"], Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_restore_writes_nothing_over()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var backup = await TakeAsync(scenario, scenario.Server.Folder.Sub("backups"));
        var target = scenario.Server.Folder.Sub("elsewhere");
        Directory.CreateDirectory(Path.Combine(target, "relay"));
        await File.WriteAllTextAsync(Path.Combine(target, "relay", "other"), "");
        var failure = await Assert.ThrowsAsync<VerbException>(() => new Restoration(VerbScene.Read(VerbScene.ArgumentsFor(target)), TimeProvider.System, Silent()).RunAsync(backup.Folder, CancellationToken.None));
        Assert.Contains("is not empty", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_manifest_is_no_backup()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("backups", "20260101T000000Z"));
        var run = await Verb.RunAsync(folder.Path, folder.Sub("home"), ["restore", folder.Sub("backups"), .. VerbScene.ArgumentsFor(folder.Sub("data"))]);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("no backup is in", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_names_files_outside_is_refused()
    {
        using var folder = new TestFolder();
        new BackupManifest(DateTimeOffset.UnixEpoch, "0", "http://h", 0, [new BackupFile("../../etc/passwd", 1, "00")]).Write(folder.Path);
        Assert.Contains("outside", Assert.Throws<InvalidDataException>(() => BackupManifest.TryRead(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static ProgressLine Silent() => new(TextWriter.Null, isTerminal: false, TimeProvider.System);

    private static Task<BackupResult> TakeAsync(Scenario scenario, string folder) =>
        new Backup(VerbScene.SettingsFor(scenario.Server), TimeProvider.System, Silent()).TakeAsync(folder, CancellationToken.None);

    // Commits, tags, rewrites and deletes as fast as it goes; gives the number of pushes.
    private static async Task<int> LoadAsync(Scenario scenario, CancellationToken ended)
    {
        var pushes = 0;
        while (!ended.IsCancellationRequested)
        {
            await scenario.Work.CommitAsync();
            if (pushes % 3 == 2)
            {
                await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--message", $"Rewritten {pushes}");
            }

            await scenario.Work.OkAsync(pushes % 4 == 3 ? ["branch", "--delete", "--force", "side"] : ["branch", "--force", "side"]);
            await scenario.SignAsync(scenario.Owner);
            await scenario.Work.OkAsync("push", "--quiet", "--force", scenario.Url, "refs/heads/*:refs/heads/*");
            pushes++;
        }

        return pushes;
    }

    // Restored elsewhere: the doctor finds nothing, and every state that was served is served and can be cloned.
    private static async Task RestoresAsync(Scenario scenario, string backup, NostrEvent? mustBeServed = null)
    {
        using var folder = new TestFolder();
        string[] arguments = [.. VerbScene.ArgumentsFor(folder.Sub("data")), $"--Grasp:Domain={scenario.Server.Here.Authority}"];
        var restore = await Verb.RunAsync(folder.Path, folder.Sub("home"), ["restore", backup, .. arguments]);
        Assert.True(restore.Code == ExitCodes.Fine, restore.All);
        Assert.Empty((await DoctorVerb.ExamineAsync(VerbScene.Read(arguments), readAll: true, CancellationToken.None)).Found);
        var states = await StatesAsync(VerbScene.Read(arguments));
        Assert.NotEmpty(states);
        Assert.True(mustBeServed is null || states.Any(state => state.Id == mustBeServed.Id));

        await using var server = RunningServer.StartOn(folder, TimeProvider.System, ("Grasp:Domain", scenario.Server.Here.Authority));
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var url = $"{address}/{scenario.Owner.Npub}/{Scenario.Identifier}.git";
        var repository = server.Repository(scenario.Owner, Scenario.Identifier);
        Assert.All(states, state => Assert.Empty(repository.Missing(ObjectsOf(state))));

        // What waited then, and whose data had come, is released at the start.
        await server.Services.GetRequiredService<PurgatoryGate>().ProcessAllAsync((_, _) => { }, CancellationToken.None);
        var served = Assert.Single(await StatesAsync(server.Services.GetRequiredService<IEventStore>()));
        Assert.Contains(states, state => state.Id == served.Id || served.IsNewerThan(state));
        Assert.Equal(
            served.Tags.Where(tag => tag.Name.StartsWith("refs/", StringComparison.Ordinal)).Select(tag => $"{tag.Value}\t{tag.Name}").Order(StringComparer.Ordinal),
            (await scenario.Work.OkAsync("ls-remote", url, "refs/heads/*")).Split('\n').Order(StringComparer.Ordinal));
        await scenario.Work.OkAsync("clone", "--quiet", "--mirror", url, folder.Sub("clone"));
        foreach (var oid in ObjectsOf(served))
        {
            await scenario.Work.Git.OkAsync(folder.Sub("clone"), "cat-file", "-e", oid.Hex);
        }
    }

    private static IEnumerable<Oid> ObjectsOf(NostrEvent state) =>
        RepositoryState.Parse(state) is StateParse.Parsed parsed && parsed.State.TryGetNeededOids(out var oids) ? oids : throw new InvalidOperationException("no state");

    private static async Task<IReadOnlyList<NostrEvent>> StatesAsync(VerbSettings settings)
    {
        await using var idle = await IdleServer.OpenToReadAsync(settings, CancellationToken.None);
        return await StatesAsync(idle.Store);
    }

    private static async Task<IReadOnlyList<NostrEvent>> StatesAsync(IEventStore store)
    {
        var filter = new Filter { Kinds = System.Collections.Frozen.FrozenSet.Create(EventKinds.RepositoryState) };
        return [.. (await store.QueryAsync([filter], QueryBounds.Internal, CancellationToken.None)).Events.Select(stored => stored.Read())];
    }
}
