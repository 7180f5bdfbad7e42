using System.Diagnostics;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The systemd unit, held against systemd's own judgement.</summary>
public sealed class ServiceUnitTests
{
    [Fact]
    public async Task Systemd_finds_no_fault_in_the_unit()
    {
        using var folder = new TestFolder();
        var (code, output) = await AnalyzeAsync("verify", await UnitAsync(folder));
        Assert.Equal((0, ""), (code, output));
    }

    [Fact]
    public async Task It_is_well_shut_in()
    {
        using var folder = new TestFolder();
        // Tenths of systemd's exposure level, of which 10.0 is the worst.
        var (code, output) = await AnalyzeAsync("security", "--offline=true", "--threshold=20", await UnitAsync(folder));
        Assert.True(code == 0, output);
    }

    private static async Task<string> UnitAsync(TestFolder folder)
    {
        const string Program = "ExecStart=/opt/gitnostrbridge/gitnostrbridge";
        var unit = SourceTree.Read("deploy/gitnostrbridge.service");
        Assert.Contains(Program, unit, StringComparison.Ordinal);
        var path = folder.Sub("gitnostrbridge.service");
        // The unit is judged together with its program, which is not installed here.
        await File.WriteAllTextAsync(path, unit.Replace(Program, $"ExecStart={Executable.Published ?? "/bin/true"}", StringComparison.Ordinal));
        return path;
    }

    private static async Task<(int Code, string Output)> AnalyzeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Installed.Find("systemd-analyze"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
