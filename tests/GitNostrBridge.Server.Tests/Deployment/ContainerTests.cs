using System.Diagnostics;
using System.Globalization;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>What the container does, without a container: the published folder, the Dockerfile's commands and settings, and a user who owns nothing but the data.</summary>
public sealed class ContainerTests
{
    private const string Nobody = "65534";

    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_runs_as_nobody_on_one_folder_is_healthy_takes_a_push_and_stops_when_told()
    {
        Assert.SkipWhen(Executable.Published is null, $"{Executable.Variable} names no published executable");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");
        Installed.Find("tini");
        using var folder = new TestFolder();
        var (app, data) = (folder.Sub("app"), Directory.CreateDirectory(folder.Sub("data")).FullName);
        await RunAsync("cp", "-r", Path.GetDirectoryName(Executable.Published)!, app);
        await RunAsync("chmod", "-R", "a+rX", folder.Path);
        await RunAsync("chown", $"{Nobody}:{Nobody}", data);
        var port = ReverseProxy.FreePort();
        var container = Dockerfile.Read(app, data, port);
        using var server = Start(container, data, container.EntryPoint);
        await UntilAsync(async () => await HealthAsync(container, data) == 0);

        var work = await WorkRepository.CreateAsync(folder);
        await work.CommitAsync();
        var published = await Verb.RunAsync(folder.Path, folder.Sub("home-work"), "publish", work.Path, "--to", $"http://127.0.0.1:{port}");
        Assert.True(published.Code == 0, published.All);
        var owners = await RunAsync("find", data, "-not", "-user", Nobody);
        await RunAsync("kill", "-TERM", server.Id.ToString(CultureInfo.InvariantCulture));
        using var timeOut = new CancellationTokenSource(TimeOut);
        await server.WaitForExitAsync(timeOut.Token);

        Assert.Equal("", owners);
        Assert.Equal(0, server.ExitCode);
        Assert.Equal(1, await HealthAsync(container, data));
    }

    private static async Task<int> HealthAsync(Dockerfile container, string data)
    {
        using var check = Start(container, data, container.HealthCheck);
        await check.WaitForExitAsync();
        return check.ExitCode;
    }

    private static Process Start(Dockerfile container, string data, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(
            Installed.Find("setpriv"), [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--", .. command])
        {
            WorkingDirectory = data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = data;
        foreach (var (name, value) in container.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        // What it prints is read, so that it never blocks on a full pipe.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return output;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(clock.Elapsed < TimeOut, "the server did not become healthy");
            await Task.Delay(50);
        }
    }
}
