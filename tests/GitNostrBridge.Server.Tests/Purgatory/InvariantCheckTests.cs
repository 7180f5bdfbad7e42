using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>The check of a whole data directory finds what is broken, says which it is, and nothing else.</summary>
public sealed class InvariantCheckTests
{
    [Fact]
    public async Task Where_all_is_well_it_finds_nothing_in_any_repository()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        await scenario.SendAsync(new Person().Announce(scenario.Server.Here, "waits"));
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);

        Assert.Empty(await CheckAsync(scenario));
    }

    [Fact]
    public async Task Refs_and_HEAD_that_somebody_has_moved_are_found()
    {
        await using var scenario = await Scenario.StartAsync();
        var (_, state) = await scenario.ServeAsync();
        var moved = await scenario.Work.CommitAsync();
        await GitAsync(scenario, "fetch", scenario.Work.Path, "main:refs/heads/main", "main:refs/heads/undeclared", "main:refs/changes/1/head");
        await GitAsync(scenario, "symbolic-ref", "HEAD", "refs/heads/undeclared");

        var found = await CheckAsync(scenario);

        Assert.Equal(4, found.Count);
        Assert.All(found, violation => Assert.True(violation.IsFault));
        var refs = found.OfType<Violation.RefStandsElsewhere>().ToDictionary(violation => violation.Update.Name.Full);
        Assert.Equal(["refs/heads/main", "refs/heads/undeclared"], refs.Keys.Order());
        Assert.Equal((moved, state.Id), (refs["refs/heads/main"].Update.Old.Hex, refs["refs/heads/main"].State));
        Assert.True(refs["refs/heads/undeclared"].Update.IsDelete);
        Assert.Equal("refs/heads/main", Assert.Single(found.OfType<Violation.HeadStandsElsewhere>()).Declared.Full);
        Assert.Equal("refs/changes/1/head", Assert.Single(found.OfType<Violation.ForeignRef>()).Name.Full);
    }

    [Fact]
    public async Task Missing_objects_a_missing_repository_and_one_without_an_announcement_are_found()
    {
        await using var scenario = await Scenario.StartAsync();
        var (_, state) = await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var stray = await scenario.Server.Services.GetRequiredService<BareRepositories>().EnsureAsync(new Person().Npub, "50% stray", CancellationToken.None);
        var empty = Assert.IsType<Violation.WithoutAnnouncement>(Assert.Single(await CheckAsync(scenario)));
        Assert.Equal((stray.Path, true, false), (empty.Repository.Path, empty.IsEmpty, empty.IsFault));

        await scenario.Work.OkAsync("push", "--quiet", stray.Path, "main", "--receive-pack=git -c core.hooksPath=/dev/null -c safe.directory=* receive-pack");
        foreach (var pack in Directory.EnumerateFiles(Path.Combine(repository.Path, "objects"), "*", SearchOption.AllDirectories).ToList())
        {
            File.SetAttributes(pack, FileAttributes.Normal);
            File.Delete(pack);
        }

        var found = await CheckAsync(scenario);
        Assert.Equal(2, found.Count);
        Assert.Equal(state.Id, Assert.Single(found.OfType<Violation.ObjectsMissing>()).State);
        Assert.True(Assert.Single(found.OfType<Violation.WithoutAnnouncement>()).IsFault);

        Directory.Delete(repository.Path, recursive: true);
        Assert.Equal(scenario.Owner.Key, Assert.Single((await CheckAsync(scenario)).OfType<Violation.RepositoryMissing>()).Repository.Owner);
    }

    [Fact]
    public async Task A_pull_requests_ref_that_nobody_signed_or_that_is_elsewhere_than_signed_is_found()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        var pullRequest = new Person().Sign(
            EventKinds.PullRequest, [new("a", $"30617:{scenario.Owner.Key.Hex}:{Scenario.Identifier}"), new("c", main)]);
        await scenario.SendAsync(pullRequest);
        Assert.True(await scenario.IsServedAsync(pullRequest));
        Assert.Empty(await CheckAsync(scenario));

        var other = await scenario.Work.CommitAsync();
        await GitAsync(scenario, "fetch", scenario.Work.Path, $"+main:refs/nostr/{pullRequest.Id.Hex}", $"main:refs/nostr/{new string('a', 64)}");

        var found = (await CheckAsync(scenario)).Cast<Violation.PullRequestRefAstray>().OrderBy(violation => violation.Proposed is null).ToList();
        Assert.Equal([main, null], found.Select(violation => violation.Proposed?.Hex));
        Assert.All(found, violation => Assert.Equal(other, violation.Value.Hex));
    }

    [Fact]
    public async Task An_author_who_has_left_is_told_of_and_is_no_fault()
    {
        await using var scenario = await Scenario.StartAsync();
        var member = new Person();
        await scenario.ServeAsync(member);
        await scenario.SendAsync(member.Announce(scenario.Server.Here, Scenario.Identifier, scenario.Owner));
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(member);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
        await scenario.AnnounceAsync();

        var left = Assert.IsType<Violation.AuthorHasLeft>(Assert.Single(await CheckAsync(scenario)));

        Assert.Equal((state.Id, member.Key, false), (left.State, left.Author, left.IsFault));
    }

    private static async Task<IReadOnlyList<Violation>> CheckAsync(Scenario scenario)
    {
        var found = new List<Violation>();
        await foreach (var violation in scenario.Server.Services.GetRequiredService<InvariantCheck>().CheckAllAsync(CancellationToken.None))
        {
            found.Add(violation);
        }

        return found;
    }

    private static Task<string> GitAsync(Scenario scenario, params string[] arguments)
    {
        var path = scenario.Server.Repository(scenario.Owner, Scenario.Identifier).Path;
        return scenario.Work.Git.OkAsync(path, ["-c", "safe.directory=*", .. arguments]);
    }
}
