using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The data directory: one server at a time, and it can be moved.</summary>
public sealed class DataDirectoryTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public async Task A_second_process_is_kept_out_of_either_directory_until_the_first_is_gone_however_it_went()
    {
        using var folder = new TestFolder();
        await using var first = await ListenAsync(folder.Sub("run"));
        Assert.Contains("data/git (Storage:GitPath) is in use", await RefusalAsync(folder, "--Storage:RelayPath=other/relay"), StringComparison.Ordinal);
        Assert.Contains("data/relay (Storage:RelayPath) is in use", await RefusalAsync(folder, "--Storage:GitPath=other/git"), StringComparison.Ordinal);

        await first.SignalAsync("KILL");
        await first.ExitAsync();
        await using var second = await ListenAsync(folder.Sub("run"));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_stops_the_start_with_the_setting()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("run"));
        await File.WriteAllTextAsync(folder.Sub("run", "file"), "");
        Assert.Contains("(Storage:GitPath)", await RefusalAsync(folder, "--Storage:GitPath=file/git"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_words()
    {
        using var folder = new TestFolder();
        await using var first = await ListenAsync(folder.Sub("run"));
        await using var second = ChildServer.Start(folder.Sub("other"), NoVariables, $"--Urls={first.Address}".TrimEnd('/'));
        var (code, errors) = await second.ExitAsync();
        Assert.Equal(1, code);
        Assert.StartsWith("The server could not start: ", errors, StringComparison.Ordinal);
        Assert.Contains("address already in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_is_told_in_words()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("run", "data", "relay"));
        await File.WriteAllTextAsync(folder.Sub("run", "data", "relay", "events.sqlite"), new string('x', 8192));
        Assert.StartsWith("The server could not start: ", await RefusalAsync(folder, "--Grasp:Domain=grasp.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_cannot_be_written_is_told_in_words()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Sub("run"));
        await File.WriteAllTextAsync(folder.Sub("run", "file"), "");
        var errors = await RefusalAsync(folder, "--Grasp:OwnerKeyFile=file/relay-owner.nsec");
        Assert.StartsWith("The server could not start: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_can_be_moved_and_be_a_link(bool isLinked)
    {
        using var folder = new TestFolder();
        var (owner, work) = (new Person(), await WorkRepository.CreateAsync(folder));
        await work.CommitAsync();
        Directory.CreateDirectory(folder.Sub("run"));
        if (isLinked)
        {
            Directory.CreateDirectory(folder.Sub("elsewhere"));
            Directory.CreateSymbolicLink(folder.Sub("run", "data"), folder.Sub("elsewhere"));
        }

        await using (var first = await ListenAsync(folder.Sub("run")))
        {
            await using var relay = await first.ConnectAsync();
            Assert.True((await relay.PublishAsync(owner.Announce(new ServiceAddress("https", "grasp.example", "/"), "project"))).Accepted);
            await PushAsync(first, relay, owner, work);
            await first.SignalAsync("TERM");
            Assert.Equal(0, (await first.ExitAsync()).Code);
        }

        Directory.CreateDirectory(folder.Sub("moved"));
        Directory.Move(isLinked ? folder.Sub("elsewhere") : folder.Sub("run", "data"), folder.Sub("moved", "data"));
        await using var second = await ListenAsync(folder.Sub("moved"));
        await using var again = await second.ConnectAsync();
        await work.CommitAsync();
        await PushAsync(second, again, owner, work);
        await work.OkAsync("clone", "--quiet", $"{second.Address}{owner.Npub}/project.git", folder.Sub("clone"));
        Assert.Equal(await work.OkAsync("rev-parse", "main"), await work.Git.OkAsync(folder.Sub("clone"), "rev-parse", "HEAD"));
    }

    private static Task<ChildServer> ListenAsync(string folder) =>
        ChildServer.ListenAsync(folder, NoVariables, "--Urls=http://127.0.0.1:0", "--Grasp:Domain=grasp.example");

    private static async Task PushAsync(ChildServer server, TestRelay relay, Person owner, WorkRepository work)
    {
        var state = owner.State("project", await work.RefsAsync());
        Assert.True((await relay.PublishAsync(state)).Accepted);
        await work.OkAsync("push", $"{server.Address}{owner.Npub}/project.git", "main");
        Assert.True(await relay.IsServedAsync(state));
    }

    private static async Task<string> RefusalAsync(TestFolder folder, string setting)
    {
        await using var server = ChildServer.Start(folder.Sub("run"), NoVariables, "--Urls=http://127.0.0.1:0", setting);
        var (code, errors) = await server.ExitAsync();
        Assert.Equal(1, code);
        return errors;
    }
}
