namespace GitNostrBridge.Git.Tests;

public sealed class GitProcessTests
{
    [Fact]
    public async Task Nothing_of_the_callers_environment_or_configuration_reaches_a_servers_git()
    {
        // Harmless to the other tests, which run beside this one.
        Environment.SetEnvironmentVariable("GIT_CONFIG_COUNT", "1");
        Environment.SetEnvironmentVariable("GIT_CONFIG_KEY_0", "alias.leak");
        Environment.SetEnvironmentVariable("GIT_CONFIG_VALUE_0", "!echo leaked");
        Environment.SetEnvironmentVariable("GITNOSTRBRIDGE_TEST_SECRET", "secret");
        using var scratch = new Scratch();
        var names = new List<string>();
        var exit = await scratch.Git.RunAsync(
            new GitCommand(["names"])
            {
                Configuration = ["alias.names=!env -0"],
                Output = async (stdout, ct) => names.AddRange((await new StreamReader(stdout).ReadToEndAsync(ct)).Split('\0').Select(line => line.Split('=')[0])),
            },
            CancellationToken.None);
        Assert.Equal((0, ""), (exit.Code, exit.Errors));
        string[] known =
        [
            "PATH", "TMPDIR", "HOME", "LC_ALL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_ATTR_NOSYSTEM", "GIT_TERMINAL_PROMPT",
            "GIT_CONFIG_PARAMETERS", "GIT_PREFIX", "GIT_EXEC_PATH", "PWD", "OLDPWD", "SHLVL", "_", "",
        ];
        Assert.Empty(names.Except(known));
        Assert.Contains("PATH", names);

        var leak = await scratch.Git.RunAsync(new GitCommand(["leak"]), CancellationToken.None);
        Assert.False(leak.Succeeded);
        Assert.Contains("not a git command", leak.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_servers_git_writes_objects_and_refs_durably()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var setting = "";
        await scratch.Git.RunAsync(
            new GitCommand(["config", "--get", "core.fsync"])
            {
                Repository = repository.Path,
                Output = async (stdout, ct) => setting = await new StreamReader(stdout).ReadToEndAsync(ct),
            },
            CancellationToken.None);
        Assert.Equal("objects,reference\n", setting);
    }

    [Fact]
    public async Task Input_streams_in_and_output_streams_out()
    {
        using var scratch = new Scratch();
        var repository = await scratch.HostAsync();
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        var id = "";
        var stored = await scratch.Git.RunAsync(
            new GitCommand(["hash-object", "-w", "--stdin"])
            {
                Repository = repository.Path,
                Input = new MemoryStream(content),
                Output = async (stdout, ct) => id = (await new StreamReader(stdout).ReadToEndAsync(ct)).Trim(),
            },
            CancellationToken.None);
        using var back = new MemoryStream();
        var read = await scratch.Git.RunAsync(
            new GitCommand(["cat-file", "blob", id]) { Repository = repository.Path, Output = (stdout, ct) => stdout.CopyToAsync(back, ct) },
            CancellationToken.None);
        Assert.True(stored.Succeeded && read.Succeeded);
        Assert.Equal(content, back.ToArray());
        Assert.True(repository.Contains(Scratch.Id(id)));
    }

    [Fact]
    public async Task Errors_are_bounded_one_line_and_free_of_control_characters()
    {
        using var scratch = new Scratch();
        var exit = await scratch.Git.RunAsync(
            new GitCommand(["noise"]) { Configuration = [@"alias.noise=!printf 'a\033[31mb\nc\377\n' >&2; head -c 200000 /dev/zero | tr '\0' x >&2; exit 3"] },
            CancellationToken.None);
        Assert.Equal(3, exit.Code);
        Assert.StartsWith("a [31mb c\uFFFD xxx", exit.Errors, StringComparison.Ordinal);
        Assert.InRange(exit.Errors.Length, 16_000, 16 * 1024);
    }

    [Fact]
    public async Task Giving_up_leaves_no_child_behind()
    {
        using var scratch = new Scratch();
        using var patience = new CancellationTokenSource();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        System.Diagnostics.Process? child = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scratch.Git.RunAsync(
            new GitCommand(["nap"])
            {
                Configuration = ["alias.nap=!trap '' INT TERM; sleep 600 & echo $!; wait"],
                Output = async (stdout, ct) =>
                {
                    var line = await new StreamReader(stdout).ReadLineAsync(ct);
                    child = System.Diagnostics.Process.GetProcessById(int.Parse(line!));
                    await patience.CancelAsync();
                },
            },
            patience.Token));
        using (child)
        {
            await child!.WaitForExitAsync(deadline.Token);
        }
    }

    [Fact]
    public async Task A_time_out_is_an_exit_of_its_own()
    {
        using var scratch = new Scratch();
        var exit = await scratch.Git.RunAsync(
            new GitCommand(["nap"]) { Configuration = ["alias.nap=!exec sleep 600"], TimeOut = TimeSpan.FromMilliseconds(100) },
            CancellationToken.None);
        Assert.True(exit.TimedOut && !exit.Succeeded);
        Assert.Contains("stopped after", exit.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_reader_of_the_output_stops_git_and_is_heard()
    {
        using var scratch = new Scratch();
        var error = await Assert.ThrowsAsync<IOException>(() => scratch.Git.RunAsync(
            new GitCommand(["nap"])
            {
                Configuration = ["alias.nap=!exec sleep 600"],
                Output = (_, _) => throw new IOException("the client went away"),
            },
            CancellationToken.None));
        Assert.Equal("the client went away", error.Message);
    }

    [Fact]
    public async Task A_failing_input_stops_git_and_is_heard()
    {
        using var scratch = new Scratch();
        var error = await Assert.ThrowsAsync<IOException>(() => scratch.Git.RunAsync(
            new GitCommand(["hash-object", "--stdin"]) { Input = new PrefixedStream(new byte[10], new BrokenStream()) },
            CancellationToken.None));
        Assert.Equal("the line went dead", error.Message);
    }

    [Fact]
    public async Task Git_may_end_without_reading_its_input()
    {
        using var scratch = new Scratch();
        using var silent = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        var ignoring = await scratch.Git.RunAsync(new GitCommand(["version"]) { Input = silent }, CancellationToken.None);
        var much = await scratch.Git.RunAsync(new GitCommand(["version"]) { Input = new MemoryStream(new byte[1_000_000]) }, CancellationToken.None);
        Assert.True(ignoring.Succeeded && much.Succeeded);
    }

    [Fact]
    public async Task A_users_git_works_in_the_users_folder()
    {
        using var scratch = new Scratch();
        var tip = scratch.Commit("one");
        var seen = "";
        var exit = await GitProcess.ForUser().RunAsync(
            new GitCommand(["rev-parse", "HEAD"])
            {
                Repository = scratch.Work,
                Output = async (stdout, ct) => seen = (await new StreamReader(stdout).ReadToEndAsync(ct)).Trim(),
            },
            CancellationToken.None);
        Assert.True(exit.Succeeded);
        Assert.Equal(tip.Hex, seen);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the line went dead");
    }
}
