using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The operator's white and black lists.</summary>
public sealed class PolicyTests
{
    [Fact]
    public async Task With_a_white_list_only_its_repositories_are_announced_and_the_black_list_outranks_it()
    {
        var (listed, one, shut) = (new Person(), new Person(), new Person());
        await using var scenario = await Scenario.StartAsync(
            ("Policy:RepositoryWhitelist", $"{listed.Npub}, {one.Npub}/{Scenario.Identifier},shared"), ("Policy:RepositoryBlacklist", $"{listed.Npub}/secret,{shut.Npub}"));
        var here = scenario.Server.Here;

        await scenario.SendAsync(listed.Announce(here, "anything"));
        await scenario.SendAsync(one.Announce(here, Scenario.Identifier));
        await scenario.SendAsync(scenario.Owner.Announce(here, "shared"));
        foreach (var refused in new[] { one.Announce(here, "other"), scenario.Owner.Announce(here, "own"), listed.Announce(here, "secret"), shut.Announce(here, "shared") })
        {
            Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(refused), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task R7_A_companion_who_is_shut_out_stays_out()
    {
        var shut = new Person();
        await using var scenario = await Scenario.StartAsync(("Policy:RepositoryBlacklist", shut.Npub));
        await scenario.ServeAsync(shut);

        Assert.StartsWith("blocked: ", await scenario.SendRefusedAsync(shut.Announce([], [], Scenario.Identifier, scenario.Owner)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_list_counts_without_a_restart_and_a_broken_one_changes_nothing()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var author = new Person();
        await scenario.SendAsync(scenario.Issue(author));

        await WriteAsync(scenario, author.Npub);
        await UntilAsync(async () => (await scenario.Relay.PublishAsync(scenario.Issue(author))).Text.StartsWith("blocked: ", StringComparison.Ordinal));
        Assert.Empty(scenario.Server.LoggedErrors);
        await WriteAsync(scenario, "npub1broken");
        await UntilAsync(() => Task.FromResult(scenario.Server.LoggedErrors.Any(line => line.Contains("npub1broken", StringComparison.Ordinal))));

        await scenario.SendRefusedAsync(scenario.Issue(author));
        await scenario.SendAsync(scenario.Issue(new Person()));
    }

    // In one step, as an operator's tool would: half a file is no list.
    private static async Task WriteAsync(Scenario scenario, string entry)
    {
        var fresh = scenario.Server.Folder.Sub("appsettings.json.new");
        await File.WriteAllTextAsync(fresh, $$"""{ "Policy": { "EventBlacklist": "{{entry}}" } }""");
        File.Move(fresh, scenario.Server.Folder.Sub("appsettings.json"), overwrite: true);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeOut = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            timeOut.Token.ThrowIfCancellationRequested();
        }
    }
}
