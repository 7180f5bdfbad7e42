using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>Clients that go away in the middle: no git process stays behind (R40).</summary>
public sealed class GoneClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_clone_that_is_broken_off_ends_git_and_its_children()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("processes are observed in /proc");
        }

        await using var scenario = await Scenario.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(32 << 20));
        await scenario.ServeAsync();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier).Path;
        var commit = await scenario.Work.OkAsync("rev-parse", "main");

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(scenario.Server.Address.Host, scenario.Server.Address.Port);
            var stream = client.GetStream();
            var want = $"want {commit} side-band-64k ofs-delta no-progress\n";
            var body = $"{want.Length + 4:x4}{want}00000009done\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {new Uri(scenario.Url).AbsolutePath}/git-upload-pack HTTP/1.1\r\nHost: {scenario.Server.Address.Authority}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            var buffer = new byte[64 * 1024];
            await stream.ReadExactlyAsync(buffer);
            Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(buffer), StringComparison.Ordinal);
            Assert.NotEmpty(ProcessesOf(repository));
        }

        // Not a wait for a clock: the processes' end is awaited, with a bound.
        using var patience = new CancellationTokenSource(Patience);
        while (ProcessesOf(repository).Count > 0)
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.Empty(scenario.Server.LoggedErrors);
    }

    // pack-objects is told its repository by the environment only, so its parent's is not enough.
    private static List<string> ProcessesOf(string repository) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Where(folder => IsOf(folder, repository))];

    private static bool IsOf(string process, string repository)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(repository, StringComparison.Ordinal)
                || File.ReadAllText(Path.Combine(process, "environ")).Contains(repository, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
