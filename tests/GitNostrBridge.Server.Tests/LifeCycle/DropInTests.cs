using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>In the place of ngit-grasp: its variables, no arguments, and its data directory.</summary>
public sealed class DropInTests
{
    [Fact]
    public async Task A_repository_of_another_server_is_served_in_place_and_takes_a_push()
    {
        using var folder = new TestFolder();
        var owner = new Person();
        var work = await WorkRepository.CreateAsync(folder);
        await work.CommitAsync();
        var hosted = folder.Sub("srv", "repos", owner.Npub, "project.git");
        Directory.CreateDirectory(Path.GetDirectoryName(hosted)!);
        await work.OkAsync("clone", "--quiet", "--bare", work.Path, hosted);
        var secret = new Person();
        var variables = new Dictionary<string, string>
        {
            ["NGIT_BIND_ADDRESS"] = "127.0.0.1:0",
            ["NGIT_DOMAIN"] = "grasp.example",
            ["NGIT_GIT_DATA_PATH"] = folder.Sub("srv", "repos"),
            ["NGIT_RELAY_DATA_PATH"] = folder.Sub("srv", "relay"),
            ["NGIT_DATABASE_BACKEND"] = "lmdb",
            ["NGIT_RELAY_NAME"] = "The old name",
            ["NGIT_RELAY_OWNER_NSEC"] = secret.SecretKey.ToNsec(),
            ["NGIT_LOG_LEVEL"] = "info,ngit_grasp=debug",
            ["NGIT_SYNC_BOOTSTRAP_RELAY_URL"] = "wss://relay.example",
            ["NGIT_TEST"] = "1",
        };
        await using var server = await ChildServer.ListenAsync(folder.Sub("run"), variables);
        await using var relay = await server.ConnectAsync();
        Assert.Contains(secret.Key.Hex, await InformationAsync(server.Address), StringComparison.Ordinal);
        Assert.Contains("The old name", await InformationAsync(server.Address), StringComparison.Ordinal);

        // All of the git data is here already, so what arrives by its relay walks straight through.
        var state = owner.State("project", await work.RefsAsync());
        Assert.True((await relay.PublishAsync(owner.Announce(new ServiceAddress("https", "grasp.example", "/"), "project"))).Accepted);
        Assert.True((await relay.PublishAsync(state)).Accepted);
        Assert.True(await relay.IsServedAsync(state));
        await work.OkAsync("clone", "--quiet", $"{server.Address}{owner.Npub}/project.git", folder.Sub("clone"));

        await work.CommitAsync();
        Assert.True((await relay.PublishAsync(owner.State("project", await work.RefsAsync()))).Accepted);
        await work.OkAsync("push", $"{server.Address}{owner.Npub}/project.git", "main");
    }

    private static async Task<string> InformationAsync(Uri address)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/nostr+json");
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
