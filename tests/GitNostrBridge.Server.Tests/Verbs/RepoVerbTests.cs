using System.Text.Json;
using GitNostrBridge.Git;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `repo`.</summary>
public sealed class RepoVerbTests
{
    [Fact]
    public async Task List_and_show_tell_what_is_hosted_while_the_server_runs()
    {
        await using var scenario = await Scenario.StartAsync();
        var (announcement, state) = await scenario.ServeAsync();
        await scenario.SendAsync(new Person().Announce(scenario.Server.Here, "waits"));

        var list = await VerbScene.RunAsync(scenario.Server, "repo", "list", "--json");

        Assert.True(list.Code == ExitCodes.Fine, list.All);
        var repositories = JsonDocument.Parse(list.Output).RootElement.GetProperty("repositories").EnumerateArray().ToList();
        Assert.Equal(
            [(Scenario.Identifier, true, 1), ("waits", false, 0)],
            repositories.Select(entry => (entry.GetProperty("identifier").GetString()!, entry.GetProperty("isServed").GetBoolean(), entry.GetProperty("refs").GetInt32())));
        var show = await VerbScene.RunAsync(scenario.Server, "repo", "show", Scenario.Identifier);
        Assert.True(show.Code == ExitCodes.Fine, show.All);
        Assert.Contains(scenario.Url, show.Output, StringComparison.Ordinal);
        Assert.Contains(announcement.Id.Hex, show.Output, StringComparison.Ordinal);
        Assert.Contains($"{state.Id.Hex} by {scenario.Owner.Npub}", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_two_owners_have_must_be_told_whole()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var other = new Person();
        await scenario.SendAsync(other.Announce(scenario.Server.Here, Scenario.Identifier));
        await using var server = await IdleServer.OpenToReadAsync(VerbScene.SettingsFor(scenario.Server), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<VerbException>(() => HostedRepository.FindAsync(server, Scenario.Identifier, CancellationToken.None));
        Assert.Contains($"{other.Npub}/{Scenario.Identifier}", failure.Advice, StringComparison.Ordinal);
        Assert.Equal(other.Key, (await HostedRepository.FindAsync(server, $"{other.Npub}/{Scenario.Identifier}", CancellationToken.None)).Address.Owner);
        await Assert.ThrowsAsync<VerbException>(() => HostedRepository.FindAsync(server, "nothing", CancellationToken.None));
    }

    [Fact]
    public async Task Remove_takes_out_of_service_what_is_confirmed_and_keeps_its_data()
    {
        using var folder = new TestFolder();
        var owner = new Person();
        string[] arguments;
        await using (var server = RunningServer.StartOn(folder, TimeProvider.System))
        {
            await using var relay = await server.ConnectAsync();
            var work = await WorkRepository.CreateAsync(folder);
            await work.CommitAsync();
            await relay.PublishAsync(owner.Announce(server.Here, "project"));
            await relay.PublishAsync(owner.State("project", await work.RefsAsync()));
            await work.OkAsync("push", server.CloneUrl(owner, "project"), "main");
            arguments = VerbScene.ArgumentsFor(server);
        }

        var asked = await Verb.RunAsync(folder.Path, folder.Sub("home"), ["repo", "remove", "project", .. arguments]);
        Assert.Equal(ExitCodes.Failed, asked.Code);
        Assert.Contains("--yes", asked.Errors, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.Sub("data", "git", owner.Npub, "project.git")));
        var removed = await Verb.RunAsync(folder.Path, folder.Sub("home"), ["repo", "remove", "project", "--yes", .. arguments]);
        Assert.True(removed.Code == ExitCodes.Fine, removed.All);
        Assert.False(Directory.Exists(folder.Sub("data", "git", owner.Npub, "project.git")));
        await using var idle = await IdleServer.OpenToReadAsync(VerbScene.Read(arguments), CancellationToken.None);
        Assert.NotEmpty(Assert.Single(idle.Repositories.AllAside()).Repository.ReadRefs().Refs);
        Assert.Empty(await HostedRepository.AllAsync(idle, CancellationToken.None));
        Assert.Empty((await DoctorVerb.ExamineAsync(VerbScene.Read(arguments), readAll: false, CancellationToken.None)).Found);
    }

    [Fact]
    public async Task Recover_lists_what_was_lost_and_makes_it_a_branch_again()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.Work.OkAsync("commit", "--quiet", "--amend", "--message", "Otherwise");
        await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", "--force", scenario.Url, "main");
        var lost = Assert.Single(RecoveryRefs.List(scenario.Server.Repository(scenario.Owner, Scenario.Identifier)));

        var list = await VerbScene.RunAsync(scenario.Server, "repo", "recover", Scenario.Identifier);
        Assert.Contains($"{lost.Value}  refs/heads/main", list.Output, StringComparison.Ordinal);
        var taken = await VerbScene.RunAsync(scenario.Server, "repo", "recover", Scenario.Identifier, "main");
        Assert.Equal(ExitCodes.Failed, taken.Code);
        Assert.Contains("--as", taken.Errors, StringComparison.Ordinal);
        var restored = await VerbScene.RunAsync(scenario.Server, "repo", "recover", Scenario.Identifier, "main", "--as", "refs/heads/rescued");

        Assert.True(restored.Code == ExitCodes.Fine, restored.All);
        Assert.Equal(lost.Value.Hex, scenario.ServerRefs(scenario.Owner)["refs/heads/rescued"]);
        await scenario.Work.OkAsync("fetch", "--quiet", scenario.Url, "rescued");
    }
}
