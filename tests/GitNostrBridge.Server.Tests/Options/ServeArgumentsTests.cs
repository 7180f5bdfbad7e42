using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The command line of `serve`: what is not understood ends the process at once.</summary>
public sealed class ServeArgumentsTests
{
    private const string SomeSecret = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";

    [Fact]
    public void A_value_stands_behind_an_equals_sign_or_in_the_next_argument() => Assert.Equal(
        ["--Limits:Connections=5", "--grasp:name=A name", "--Urls=http://127.0.0.1:0", "--Policy:EventBlacklist:0=spam", "--Logging:LogLevel:Default=Debug"],
        Assert.IsType<ServeArguments.Understood>(ServeArguments.Read(
            ["--Limits:Connections=5", "--grasp:name", "A name", "--Urls=http://127.0.0.1:0", "--Policy:EventBlacklist:0=spam", "--Logging:LogLevel:Default", "Debug"])).Settings);

    [Theory]
    [InlineData("--Limits:Conections=5", "--Limits:Conections is no setting; did you mean Limits:Connections?")]
    [InlineData("--chek-config", "--chek-config is no setting; did you mean check-config?")]
    [InlineData("--port=80", "--port is no setting; docs/configuration.md lists them all")]
    [InlineData("--Limits:Connections", "--Limits:Connections has no value; expected --Limits:Connections=value")]
    [InlineData("-v", "an argument is neither a verb nor begins with `--`")]
    [InlineData("extra", "an argument is neither a verb nor begins with `--`")]
    public void What_is_not_understood_is_told(string argument, string expected) =>
        Assert.Equal(expected, Assert.Single(Assert.IsType<ServeArguments.Refused>(ServeArguments.Read([argument])).Problems));

    [Theory]
    [InlineData("--Grasp:OwnerKeyFile=" + SomeSecret)]
    [InlineData("--Grasp:OwnerKey=" + SomeSecret)]
    [InlineData("--relay-owner-nsec", "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa")]
    [InlineData("--Grasp:OwnerNsec=67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa")]
    public void A_secret_key_is_refused_and_not_repeated(params string[] arguments)
    {
        var problem = Assert.Single(Assert.IsType<ServeArguments.Refused>(ServeArguments.Read(arguments)).Problems);
        Assert.Contains("a secret key on the command line can be read by every user", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("67dea2", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(SomeSecret, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--Limits:Conections=5")]
    [InlineData("--Limits:Conections", "5")]
    [InlineData("serve", "--frobnicate")]
    [InlineData("--frobnicate")]
    public async Task An_unknown_flag_ends_the_process_with_help_and_makes_nothing(params string[] arguments)
    {
        using var folder = new TestFolder();
        await using var server = ChildServer.Start(folder.Sub("run"), new Dictionary<string, string>(), arguments);
        var (code, errors) = await server.ExitAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("is no setting", errors, StringComparison.Ordinal);
        Assert.Contains("Usage: ", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Sub("run")));
    }

    [Theory]
    [InlineData("`frobnicate` is no verb of `gitnostrbridge`; `gitnostrbridge --help` lists them all", "frobnicate")]
    [InlineData("`frobnicate` is no verb of `gitnostrbridge`; `gitnostrbridge --help` lists them all", "frobnicate", "--help")]
    [InlineData("`frobnicate` is no verb of `gitnostrbridge`; `gitnostrbridge --help` lists them all", "frobnicate", "--version")]
    [InlineData("`doktor` is no verb of `gitnostrbridge`; did you mean doctor?", "doktor", "--Storage:GitPath=/x", "--repair")]
    [InlineData("`lst` is no verb of `gitnostrbridge repo`; did you mean list?", "repo", "lst", "-h")]
    [InlineData("That is no verb of `gitnostrbridge`; `gitnostrbridge --help` lists them all", SomeSecret)]
    public async Task An_unknown_verb_is_told_and_no_success_with_help_or_without(string expected, params string[] arguments)
    {
        using var folder = new TestFolder();
        var run = await Verb.RunAsync(folder.Path, folder.Sub("home"), arguments);
        Assert.Equal((ExitCodes.Failed, "", expected), (run.Code, run.Output, run.Errors.Trim()));
    }
}
