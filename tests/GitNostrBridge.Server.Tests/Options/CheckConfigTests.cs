using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>`--check-config` and `--print-config`, with and without `serve`: they start nothing and make nothing.</summary>
public sealed class CheckConfigTests
{
    [Theory]
    [InlineData("serve", "--check-config")]
    [InlineData("--check-config")]
    public async Task Settings_that_will_do_are_ok(params string[] arguments)
    {
        using var folder = new TestFolder();
        await using var server = ChildServer.Start(folder.Sub("run"), new Dictionary<string, string>(), arguments);
        Assert.Equal("ok", await server.OutputAsync());
        Assert.Equal((0, ""), await server.ExitAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Sub("run")));
    }

    [Fact]
    public async Task All_problems_are_told_with_where_each_comes_from()
    {
        using var folder = new TestFolder();
        await WriteFileAsync(folder, """{ "Limits": { "Pushes": 0 }, "Lmits": { "Fetches": 4 } }""");
        await WriteKeyAsync(folder, "not a key");
        var variables = new Dictionary<string, string> { ["Purgatory__Lifetime"] = "soon", ["NGIT_MAX_CONNECTIONS"] = "many", ["NGIT_PRIVATE_MODE"] = "true" };
        await using var server = ChildServer.Start(folder.Sub("run"), variables, "--check-config", "--Grasp:BasePath=nowhere", "--Grasp:OwnerKeyFile=key");
        var (code, errors) = await server.ExitAsync();
        Assert.Equal(1, code);
        Assert.All(
            [
                "NGIT_PRIVATE_MODE is set",
                "Grasp:BasePath is `nowhere` (command line); expected a path",
                "Purgatory:Lifetime is `soon` (environment); expected a duration",
                "Limits:Connections is `many` (NGIT_MAX_CONNECTIONS); expected a whole number",
                "Limits:Pushes is `0` (appsettings.json); expected a whole number",
                "appsettings.json: Lmits is no section of settings; did you mean Limits?",
                "key holds no secret key",
            ],
            problem => Assert.Contains(problem, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warning_is_told_too()
    {
        using var folder = new TestFolder();
        var variables = new Dictionary<string, string> { ["NGIT_BIND_ADDRESS"] = "0.0.0.0:7334", ["NGIT_ARCHIVE_ALL"] = "true" };
        await using var server = ChildServer.Start(folder.Sub("run"), variables, "--check-config");
        var (code, errors) = await server.ExitAsync();
        Assert.Equal(0, code);
        Assert.Contains("NGIT_ARCHIVE_ALL is set, and this server does not support it", errors, StringComparison.Ordinal);
        Assert.Contains("set Grasp:Domain to the host under which the world finds this server", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_setting_is_printed_with_its_source_in_the_order_of_precedence()
    {
        using var folder = new TestFolder();
        await WriteFileAsync(folder, """{ "Grasp": { "Name": "file", "Description": "file", "Contact": "file" }, "Storage": { "GitPath": "file" }, "GitSync": { "AllowHttp": false } }""");
        var secret = new Person().SecretKey.ToNsec();
        var variables = new Dictionary<string, string>
        {
            ["NGIT_TEST"] = "1",
            ["NGIT_RELAY_NAME"] = "ngit",
            ["NGIT_RELAY_DESCRIPTION"] = "ngit",
            ["NGIT_RELAY_OWNER_NSEC"] = secret,
            ["NGIT_GIT_DATA_PATH"] = "ngit",
            ["Grasp__Description"] = "environment",
            ["Storage__GitPath"] = "environment",
            ["Telemetry__OtlpEndpoint"] = "http://user:secret@127.0.0.1:4317",
        };
        await using var server = ChildServer.Start(folder.Sub("run"), variables, "serve", "--print-config", "--Storage:GitPath=line");
        var lines = (await server.OutputAsync()).Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.All(
            [
                "Grasp:Contact = file # appsettings.json",
                "Grasp:Name = ngit # NGIT_RELAY_NAME",
                "Grasp:Description = environment # environment",
                "Storage:GitPath = line # command line",
                "Storage:RelayPath = data/relay # default",
                "GitSync:AllowHttp = true # NGIT_TEST",
                "Telemetry:OtlpEndpoint = http://***@127.0.0.1:4317 # environment",
                "(the relay's own key) = *** # NGIT_RELAY_OWNER_NSEC",
            ],
            line => Assert.Contains(line, lines));
        Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder.Sub("run", "line")));
    }

    private static Task WriteFileAsync(TestFolder folder, string json)
    {
        Directory.CreateDirectory(folder.Sub("run"));
        return File.WriteAllTextAsync(folder.Sub("run", "appsettings.json"), json);
    }

    private static async Task WriteKeyAsync(TestFolder folder, string text)
    {
        await File.WriteAllTextAsync(folder.Sub("run", "key"), text);
        File.SetUnixFileMode(folder.Sub("run", "key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
